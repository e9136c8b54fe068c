// Benefits: pick all rows of a list, and draw the bars of a dry-run from the data beside them. Each chart has its table.
(function () {
  "use strict";

  document.addEventListener("change", function (event) {
    if (!(event.target instanceof Element) || !event.target.matches("[data-pick-all]")) { return; }
    event.target.closest("form").querySelectorAll("input[name=pick]").forEach(function (box) { box.checked = event.target.checked; });
  });

  function token(name) { return getComputedStyle(document.documentElement).getPropertyValue(name).trim(); }

  function draw(place) {
    var data = JSON.parse(document.getElementById(place.dataset.chart).textContent);
    var ink = token("--y-ink") || "#1f2937";
    place.classList.add("chart-rows-" + Math.min(40, Math.max(2, data.labels.length)));
    var isNarrow = place.clientWidth < 520;
    var chart = window.echarts.init(place, null, { renderer: "canvas" });
    function series(name, values, colour, side) {
      return {
        name: name, type: "bar", stack: "all", data: values, itemStyle: { color: colour }, barMaxWidth: 18,
        label: {
          show: true, position: side, color: ink, fontSize: 13,
          formatter: function (point) { return point.value ? (isNarrow ? "" : name + " ") + Math.abs(point.value).toLocaleString() : ""; }
        }
      };
    }
    chart.setOption({
      animation: false,
      grid: { left: 0, right: isNarrow ? 48 : 72, top: 8, bottom: 8, containLabel: true },
      xAxis: { type: "value", minInterval: 1, splitNumber: isNarrow ? 2 : 5, boundaryGap: ["14%", "14%"], axisLabel: { color: ink, formatter: function (v) { return Math.abs(v).toLocaleString(); } } },
      yAxis: { type: "category", inverse: true, axisLine: { onZero: false }, axisTick: { show: false }, data: data.labels, axisLabel: isNarrow ? { color: ink, fontSize: 12, width: 92, overflow: "truncate" } : { color: ink, fontSize: 13 } },
      series: [
        series(data.names[0], data.gain, token("--y-done") || "#15803d", "right"),
        series(data.names[1], data.lose, token("--y-bad") || "#b91c1c", "left")
      ]
    });
    window.addEventListener("resize", function () { chart.resize(); });
  }

  window.addEventListener("DOMContentLoaded", function () {
    if (window.echarts) { document.querySelectorAll("[data-chart]").forEach(draw); }
  });
})();
