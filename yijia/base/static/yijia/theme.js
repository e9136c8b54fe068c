// Applies light or dark, chosen or the system's, before the first paint; loaded in the head, without defer.
(function () {
  "use strict";
  var root = document.documentElement;
  function cookie(name) {
    var found = document.cookie.match("(?:^|; )" + name + "=([^;]*)");
    return found ? found[1] : "";
  }
  var dark = window.matchMedia && window.matchMedia("(prefers-color-scheme: dark)");
  function paint() {
    root.setAttribute("data-bs-theme", cookie("yijia_theme") || (dark && dark.matches ? "dark" : "light"));
  }
  paint();
  if (dark && dark.addEventListener) { dark.addEventListener("change", paint); }
  root.classList.add("has-js");
})();
