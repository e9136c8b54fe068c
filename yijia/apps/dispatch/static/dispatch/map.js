// Draws what the page already says in words: homes, the order of the routes, the service area. No tiles, no network.
(function () {
  "use strict";
  var data = JSON.parse(document.getElementById("map-data").textContent);
  var L = window.L;
  var still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  var map = L.map("map", { attributionControl: false, zoomAnimation: !still, fadeAnimation: !still, scrollWheelZoom: false });
  var seen = [data.house.at];
  L.control.scale({ imperial: false }).addTo(map);
  if (data.area.length) { L.polygon(data.area, { className: "map-area" }).addTo(map); }
  data.lines.forEach(function (line) {
    L.polyline(line.path, { className: "map-route map-route-" + line.colour, interactive: false }).addTo(map);
  });
  function pin(at, text, css, label) {
    var name = document.createElement("span");
    name.textContent = text;
    L.marker(at, { icon: L.divIcon({ className: "map-pin " + css, html: name, iconSize: [24, 24] }), keyboard: false, alt: label })
      .bindTooltip(document.createTextNode(label).textContent.replace(/[<>&]/g, "")).addTo(map);
    seen.push(at);
  }
  data.points.forEach(function (point) {
    pin(point.at, point.text, "map-pin-" + point.kind + (point.colour < 0 ? "" : " map-pin-colour-" + point.colour), point.label);
  });
  pin(data.house.at, "", "map-pin-house", data.house.name);
  map.fitBounds(L.latLngBounds(seen).pad(0.15), { maxZoom: 15 });
})();
