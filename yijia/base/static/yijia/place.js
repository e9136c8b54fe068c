// The small map beside a home's coordinates: a click or the centre fills both inputs. No tiles, no network; without it one types.
(function () {
  "use strict";
  var box = document.querySelector("[data-place]");
  var L = window.L;
  if (!box || !L) { return; }
  var lon = document.getElementById(box.dataset.placeLon), lat = document.getElementById(box.dataset.placeLat);
  var data = JSON.parse(document.getElementById("place-data").textContent);
  var state = box.querySelector("[data-place-state]"), township = box.querySelector("[data-place-township]");
  var still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  box.hidden = false;
  var frame = box.querySelector("[data-place-map]");
  var map = L.map(frame, { attributionControl: false, zoomAnimation: !still, fadeAnimation: !still, scrollWheelZoom: false, maxZoom: 19, minZoom: 5 });
  var cross = document.createElement("span");
  cross.className = "place-cross";
  frame.appendChild(cross);
  L.control.scale({ imperial: false }).addTo(map);
  var grid = L.layerGroup().addTo(map), home = null;

  function icon(css, size) { return L.divIcon({ className: css, iconSize: [size, size] }); }
  data.marks.forEach(function (mark) {
    L.marker(mark, { icon: icon("place-mark", 10), keyboard: false, interactive: false }).addTo(map);
  });
  Object.keys(data.townships).forEach(function (name) {
    var words = document.createElement("span");
    words.lang = "zh-Hans";
    words.textContent = name;
    L.marker(data.townships[name], { icon: L.divIcon({ className: "place-name", html: words, iconSize: [0, 0] }), keyboard: false, interactive: false }).addTo(map);
  });
  function lines() {  // of about a quarter of the frame, at round degrees
    var seen = map.getBounds(), step = Math.pow(10, Math.floor(Math.log(seen.getEast() - seen.getWest()) / Math.LN10)) / 2, at;
    grid.clearLayers();
    for (at = Math.ceil(seen.getWest() / step) * step; at < seen.getEast(); at += step) { grid.addLayer(line([[seen.getSouth(), at], [seen.getNorth(), at]])); }
    for (at = Math.ceil(seen.getSouth() / step) * step; at < seen.getNorth(); at += step) { grid.addLayer(line([[at, seen.getWest()], [at, seen.getEast()]])); }
  }
  function line(path) { return L.polyline(path, { className: "place-line", interactive: false }); }
  function show(at) {
    if (!home) { home = L.marker(at, { icon: icon("place-home", 18), keyboard: false, interactive: false }).addTo(map); }
    home.setLatLng(at);
  }
  function fill(at) {
    at = at.wrap();
    lon.value = at.lng.toFixed(6);
    lat.value = at.lat.toFixed(6);
    show(at);
    state.textContent = box.dataset.chosen.replace("{0}", lon.value).replace("{1}", lat.value);
    [lon, lat].forEach(function (field) { field.dispatchEvent(new Event("input", { bubbles: true })); });
  }
  function typed() {
    var x = parseFloat(lon.value), y = parseFloat(lat.value);
    return lon.value && lat.value && Math.abs(x) <= 180 && Math.abs(y) <= 90 ? L.latLng(y, x) : null;
  }
  map.on("moveend", lines);
  map.on("click", function (event) { fill(event.latlng); });
  box.querySelector("[data-place-centre]").addEventListener("click", function () { fill(map.getCenter()); });
  [lon, lat].forEach(function (field) {
    field.addEventListener("change", function () { var at = typed(); if (at) { show(at); map.setView(at, Math.max(map.getZoom(), 14)); } });
  });
  if (township) {
    township.addEventListener("change", function () {
      var at = data.townships[township.value];
      if (at) { map.setView(at, 14); }
    });
  }
  var first = typed(), all = data.marks;
  if (first) { map.setView(first, 14); show(first); }
  else if (all.length) { map.fitBounds(L.latLngBounds(all).pad(0.1)); }
  else { map.setView([35, 105], 5); }
})();
