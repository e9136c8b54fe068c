// Dragging a visit to another line or time: every line says at once whether it may; the verdict opens before anything is done.
// Without this file each block is a link to the same question as a form.
(function () {
  "use strict";
  var board = document.querySelector("[data-board]");
  var dialog = document.getElementById("verdict-dialog");
  if (!board || !dialog) { return; }
  var STEP = 5;
  var dragged = null;
  var asked = 0;

  function lanes() { return Array.prototype.slice.call(board.querySelectorAll(".lane[data-staff]")); }
  function clear() {
    lanes().forEach(function (lane) {
      lane.classList.remove("is-able", "is-unable", "is-over");
      lane.querySelector(".lane-why").textContent = "";
    });
  }
  function show(verdicts) {
    lanes().forEach(function (lane) {
      var verdict = verdicts[lane.dataset.staff];
      if (!verdict) { return; }
      lane.classList.add(verdict.ok ? "is-able" : "is-unable");
      lane.querySelector(".lane-why").textContent = verdict.ok ? board.dataset.able : board.dataset.unable + "：" + verdict.why;
    });
  }
  function minute(lane, x) {
    var time = lane.querySelector(".lane-time").getBoundingClientRect();
    var begin = Math.max(0, Math.min(1, (x - dragged.grip - time.left) / time.width));
    return Math.round((+board.dataset.opens * 60 + begin * 14 * 60) / STEP) * STEP;
  }
  function clock(minutes) {
    return ("0" + Math.floor(minutes / 60)).slice(-2) + ":" + ("0" + minutes % 60).slice(-2);
  }
  board.addEventListener("dragstart", function (event) {
    var block = event.target.closest("[data-order]");
    if (!block) { return; }
    dragged = { order: block.dataset.order, from: block.dataset.from || "", grip: event.clientX - block.getBoundingClientRect().left, waits: !block.dataset.from };
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", block.dataset.order);
    var mine = asked += 1;
    fetch(block.href.replace(/move\/.*$/, "lanes/"), { headers: { "X-Requested-With": "fetch" } })
      .then(function (answer) { return answer.ok ? answer.json() : {}; })
      .then(function (verdicts) { if (dragged && mine === asked) { show(verdicts); } });
  });
  board.addEventListener("dragend", function () { dragged = null; clear(); });
  board.addEventListener("dragover", function (event) {
    var lane = event.target.closest(".lane[data-staff]");
    if (!dragged || !lane) { return; }
    event.preventDefault();
    lanes().forEach(function (one) { one.classList.toggle("is-over", one === lane); });
  });
  board.addEventListener("drop", function (event) {
    var lane = event.target.closest(".lane[data-staff]");
    if (!dragged || !lane) { return; }
    event.preventDefault();
    var values = { staff: lane.dataset.staff };
    if (dragged.from) { values.instead = dragged.from; }
    if (!dragged.waits) { values.at = clock(minute(lane, event.clientX)); }
    if (dragged.from === lane.dataset.staff) { delete values.instead; }
    ask("/dispatch/orders/" + dragged.order + "/move/", values);
  });
  board.addEventListener("click", function (event) {
    var block = event.target.closest("a[data-order]");
    if (!block || event.ctrlKey || event.metaKey || event.shiftKey) { return; }
    event.preventDefault();
    ask(block.getAttribute("href"), {});
  });
  function ask(address, values) {
    window.htmx.ajax("GET", address, { target: "#verdict", swap: "innerHTML", values: values }).then(function () {
      if (document.getElementById("verdict").firstElementChild && !dialog.open) { dialog.showModal(); }
    });
  }
})();
