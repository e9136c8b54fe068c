// The few things a page cannot do by itself. Everything hangs on data- attributes; without this file every form still works.
(function () {
  "use strict";
  var root = document.documentElement;
  var words = document.getElementById("words").dataset;

  function each(selector, where, act) { Array.prototype.forEach.call((where || document).querySelectorAll(selector), act); }
  function closest(event, selector) { return event.target instanceof Element ? event.target.closest(selector) : null; }
  function fill(text) { var parts = arguments; return text.replace(/\{(\d)\}/g, function (_, n) { return parts[+n + 1]; }); }
  function keep(name, value) {
    document.cookie = name + "=" + value + ";path=/;max-age=31536000;samesite=lax" + (location.protocol === "https:" ? ";secure" : "");
  }

  // ---- toasts -----------------------------------------------------------------------------------------------------
  function toast(text, stays) {
    var line = document.createElement("div");
    var said = document.createElement("p");
    var close = document.createElement("button");
    line.className = "toast-line";
    said.textContent = text;
    close.type = "button";
    close.textContent = words.close;
    close.addEventListener("click", function () { line.remove(); });
    line.append(said, close);
    document.getElementById("toasts").replaceChildren(line);
    if (!stays) { setTimeout(function () { line.remove(); }, 4000); }
  }
  window.addEventListener("offline", function () { toast(words.offline, true); });
  window.addEventListener("online", function () { toast(words.online); });
  // Without a network the page stays as it is, instead of giving way to the browser's own; the SOS is always tried.
  function stay(event) {
    if (navigator.onLine || event.defaultPrevented || event.target.closest("[data-hold]")) { return; }
    event.preventDefault();
    event.stopPropagation();
    toast(words.offline, true);
  }
  document.addEventListener("submit", stay, true);
  document.addEventListener("click", function (event) { if (event.target.closest && event.target.closest('a[href^="/"], a[href^="?"]')) { stay(event); } }, true);

  // ---- dark or light, menus, dialogs, copying -----------------------------------------------------------------------
  function showToggles() {
    each("[data-theme-toggle]", document, function (b) { b.setAttribute("aria-pressed", root.getAttribute("data-bs-theme") === "dark"); });
  }
  document.addEventListener("click", function (event) {
    var button;
    if (closest(event, "[data-theme-toggle]")) {
      var dark = root.getAttribute("data-bs-theme") !== "dark";
      root.setAttribute("data-bs-theme", dark ? "dark" : "light");
      keep("yijia_theme", dark ? "dark" : "light");
      showToggles();
    } else if ((button = closest(event, "[data-copy]"))) {
      navigator.clipboard.writeText(button.dataset.copy).then(function () { toast(words.copied); });
    } else if (closest(event, "[data-print]")) {
      window.print();
    } else if ((button = closest(event, "[data-open]"))) {
      document.getElementById(button.dataset.open).showModal();
    } else if ((button = closest(event, "[data-close]"))) {
      button.closest("dialog").close();
    } else if ((button = closest(event, "[data-fill]"))) {
      // A demo log-in: puts text into the named field and leaves the rest to the person.
      var field = document.getElementById(button.dataset.fill);
      field.value = button.dataset.value;
      field.focus();
    }
    each("details.menu[open]", document, function (menu) { if (!menu.contains(event.target)) { menu.open = false; } });
  });
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") {
      each("details.menu[open]", document, function (menu) { menu.open = false; menu.querySelector("summary").focus(); });
    } else if (!event.ctrlKey && !event.metaKey && !event.altKey && !closest(event, "input,textarea,select,[contenteditable]")) {
      each("[data-hotkey]", document, function (target) {
        if (target.dataset.hotkey === event.key) { event.preventDefault(); target.focus(); }
      });
    }
  });

  // ---- read aloud -----------------------------------------------------------------------------------------------------
  document.addEventListener("click", function (event) {
    var button = closest(event, "[data-read]");
    if (!button || !window.speechSynthesis) { return; }
    var reading = speechSynthesis.speaking;
    speechSynthesis.cancel();
    if (reading) { return; }
    var copy = document.querySelector(button.dataset.read).cloneNode(true);
    each("button,a.btn,details,.visually-hidden,svg,form", copy, function (part) { part.remove(); });
    var speech = new SpeechSynthesisUtterance(copy.textContent.replace(/\s+/g, " "));
    speech.lang = root.lang.indexOf("en") === 0 ? "en-GB" : "zh-CN";
    speech.rate = 0.85;
    var label = button.lastChild;
    label.textContent = words.stop;
    speech.onend = speech.onerror = function () { label.textContent = words.read; };
    speechSynthesis.speak(speech);
  });

  // ---- every action shows itself at once, and nothing is sent twice ----------------------------------------------------
  function busy(element, on) {
    if (!element || !element.classList) { return; }
    var button = element.matches("form") ? element.querySelector("button:not([type=button])") : element;
    if (button) { button.classList.toggle("is-busy", on); }
    root.classList.toggle("is-waiting", on);
  }
  document.addEventListener("submit", function (event) {
    if (event.defaultPrevented || event.target.method === "get") { return; }
    if (event.target.dataset.sent) { event.preventDefault(); return; }
    event.target.dataset.sent = "1";
    (event.submitter || event.target).classList.add("is-busy");
    root.classList.add("is-waiting");
  });
  window.addEventListener("pageshow", function () {
    root.classList.remove("is-waiting");
    each("[data-sent]", document, function (form) { delete form.dataset.sent; });
    each(".is-busy", document, function (button) { button.classList.remove("is-busy"); });
  });
  document.addEventListener("htmx:beforeRequest", function (event) { busy(event.detail.elt, true); });
  document.addEventListener("htmx:afterRequest", function (event) {
    busy(event.detail.elt, false);
    if (event.detail.elt.dataset) { delete event.detail.elt.dataset.sent; }
  });
  // A refusal goes to the top of the page, never into the part that was asked for; a form with its errors (422) stays in place.
  document.addEventListener("htmx:beforeSwap", function (event) {
    var answer = event.detail.xhr;
    if (answer.status < 400 || answer.status >= 500 || answer.getResponseHeader("HX-Retarget")) { return; }
    var page = new DOMParser().parseFromString(answer.responseText, "text/html");
    var refusal = page.querySelector(".refusal");
    var title = page.querySelector("main h1");
    if (!refusal && !title && answer.status === 422) { return; }
    event.detail.shouldSwap = false;
    if (refusal) {
      document.getElementById("notices").replaceChildren(refusal);
      refusal.focus();
      refusal.scrollIntoView({ block: "nearest" });
    } else {
      var lead = page.querySelector("main .lead");
      toast(title ? title.textContent + (lead ? " — " + lead.textContent : "") : words.broken, true);
    }
  });
  document.addEventListener("htmx:sendError", function () { toast(navigator.onLine ? words.lost : words.offline, true); });
  document.addEventListener("htmx:timeout", function () { toast(words.lost, true); });
  document.addEventListener("htmx:responseError", function () { toast(words.broken, true); });
  document.addEventListener("htmx:afterSettle", function (event) {
    start(event.target);
    var refusal = event.target.querySelector && event.target.querySelector(".refusal");
    if (refusal) { refusal.focus(); }
  });

  // ---- hold to send (SOS): a slip of the finger sends nothing; a key or a switch device asks instead ---------------------
  function holdToSend(form) {
    var button = form.querySelector(".hold");
    var timer = null;
    var ready = false;
    function press(event) {
      if (event.button) { return; }
      event.preventDefault();
      button.classList.add("is-held");
      timer = setTimeout(function () {
        ready = true;
        if (navigator.vibrate) { navigator.vibrate(200); }
        form.requestSubmit(button);
      }, +form.dataset.hold);
    }
    function release() { clearTimeout(timer); button.classList.remove("is-held"); }
    button.addEventListener("pointerdown", press);
    ["pointerup", "pointerleave", "pointercancel"].forEach(function (name) { button.addEventListener(name, release); });
    button.addEventListener("keydown", function (event) {
      if ((event.key === " " || event.key === "Enter") && !event.repeat) { press(event); } else if (event.repeat) { event.preventDefault(); }
    });
    button.addEventListener("keyup", release);
    button.addEventListener("contextmenu", function (event) { event.preventDefault(); });
    form.addEventListener("submit", function (event) {
      if (!ready) { event.preventDefault(); event.stopPropagation(); toast(words.hold); }
    });
    // Assistive technology clicks without a pointer: ask in words.
    button.addEventListener("click", function (event) {
      if (event.detail === 0 && !ready && window.confirm(button.textContent.trim())) { ready = true; }
    });
  }

  // ---- signature: drawn by finger, pen or mouse, sent as a picture --------------------------------------------------------
  function signature(box) {
    var canvas = box.querySelector("[data-sign-pad]");
    var value = box.querySelector("[data-sign-value]");
    var state = box.querySelector("[data-sign-state]");
    var pen = canvas.getContext("2d");
    var last = null;
    function clear() {
      var size = canvas.getBoundingClientRect();
      canvas.width = size.width * 2;
      canvas.height = size.height * 2;
      pen.scale(2, 2);
      pen.lineWidth = 2.5;
      pen.lineCap = pen.lineJoin = "round";
      pen.strokeStyle = "#15211f";
      value.value = "";
      box.classList.remove("is-signed");
      state.textContent = words.unsigned;
    }
    // A form that came back with an error keeps what was drawn.
    function restore(drawn) {
      var picture = new Image();
      picture.addEventListener("load", function () {
        var size = canvas.getBoundingClientRect();
        var scale = Math.min(size.width / picture.width, size.height / picture.height);
        pen.drawImage(picture, 0, 0, picture.width * scale, picture.height * scale);
        value.value = drawn;
        box.classList.add("is-signed");
        state.textContent = words.signed;
      });
      picture.src = drawn;
    }
    canvas.addEventListener("pointerdown", function (event) {
      canvas.setPointerCapture(event.pointerId);
      last = [event.offsetX, event.offsetY];
    });
    canvas.addEventListener("pointermove", function (event) {
      if (!last) { return; }
      pen.beginPath();
      pen.moveTo(last[0], last[1]);
      last = [event.offsetX, event.offsetY];
      pen.lineTo(last[0], last[1]);
      pen.stroke();
      box.classList.add("is-signed");
    });
    ["pointerup", "pointercancel"].forEach(function (name) {
      canvas.addEventListener(name, function () {
        last = null;
        if (box.classList.contains("is-signed")) { value.value = canvas.toDataURL("image/png"); state.textContent = words.signed; }
      });
    });
    box.querySelector("[data-sign-clear]").addEventListener("click", clear);
    var drawn = value.value;
    clear();
    if (drawn.indexOf("data:image/png;base64,") === 0) { restore(drawn); }
  }

  // ---- place: filled when allowed, honest when not, asked only when the form is used ----------------------------------------
  function place(form) {
    function put(name, text) { var input = form.querySelector("[data-geo-" + name + "]"); if (input) { input.value = text; } }
    function say(text) { var line = form.querySelector("[data-geo-state]"); if (line) { line.textContent = text; } }
    function missing(code) { put("error", ["unsupported", "refused", "unavailable", "timeout"][code]); say(fill(words.unlocated, words["geo-" + code])); }
    if (!navigator.geolocation) { missing(0); return; }
    if (!form.hasAttribute("data-hold")) { say(words.locating); }
    navigator.geolocation.getCurrentPosition(function (found) {
      put("lat", found.coords.latitude.toFixed(6));
      put("lon", found.coords.longitude.toFixed(6));
      put("accuracy", Math.round(found.coords.accuracy));
      put("error", "");
      say(fill(words.located, Math.round(found.coords.accuracy)));
    }, function (fault) { missing(fault.code); }, { enableHighAccuracy: true, timeout: 10000, maximumAge: 15000 });
  }

  // ---- coordinates of a home: from this device, only after the reader has said that it is there -----------------------------
  function here(box) {
    var line = box.querySelector("[data-here-state]");
    function missing(code) { line.textContent = fill(words.unlocated, words["geo-" + code]); }
    box.querySelector("[data-here-button]").addEventListener("click", function () {
      if (!navigator.geolocation) { missing(0); return; }
      line.textContent = words.locating;
      navigator.geolocation.getCurrentPosition(function (found) {
        var metres = Math.round(found.coords.accuracy);
        line.textContent = fill(words.located, metres);
        if (!window.confirm(fill(box.dataset.ask, metres))) { return; }
        document.getElementById(box.dataset.hereLon).value = found.coords.longitude.toFixed(6);
        document.getElementById(box.dataset.hereLat).value = found.coords.latitude.toFixed(6);
      }, function (fault) { missing(fault.code); }, { enableHighAccuracy: true, timeout: 10000, maximumAge: 0 });
    });
  }

  // ---- countdowns: run on from the clock of the page's own making, so a demo clock stays true -------------------------------
  var opened = Date.now();
  function tick() {
    each("[data-countdown]", document, function (timer) {
      if (!timer.dataset.at) { return; }
      var left = Math.round((Date.parse(timer.getAttribute("datetime")) - Date.parse(timer.dataset.at) - (Date.now() - opened)) / 1000);
      var s = Math.abs(left);
      var span = s < 60 ? fill(words.seconds, s) : s < 3600 ? fill(words.minutes, Math.floor(s / 60)) : fill(words.hours, Math.floor(s / 3600), Math.floor(s / 60) % 60);
      timer.lastElementChild.textContent = fill(left < 0 ? words.over : words.left, span);
      timer.classList.toggle("is-over", left < 0);
      timer.classList.toggle("is-soon", left >= 0 && left < 900);
    });
  }

  // ---- drafts: typed text survives a lost page, in this tab only; never hidden, secret or private fields ---------------------
  function draft(form) {
    var key = "draft:" + form.dataset.draft;
    function fields(act) {
      each("input,textarea,select", form, function (field) {
        if (field.name && !/^(hidden|password|file|submit|radio|checkbox)$/.test(field.type) && !field.closest("[data-private]")) { act(field); }
      });
    }
    var kept = JSON.parse(sessionStorage.getItem(key) || "{}");
    var restored = false;
    fields(function (field) { if (!field.value && kept[field.name]) { field.value = kept[field.name]; restored = true; } });
    if (restored) { toast(words.draft); }
    form.addEventListener("input", function () {
      var now = {};
      fields(function (field) { if (field.value) { now[field.name] = field.value; } });
      sessionStorage.setItem(key, JSON.stringify(now));
      sessionStorage.removeItem("sent:" + key);
    });
    form.addEventListener("submit", function () { sessionStorage.setItem("sent:" + key, "1"); });
  }
  function forget(all) {
    Object.keys(sessionStorage).forEach(function (key) {
      var sent = key.indexOf("draft:") === 0 && sessionStorage.getItem("sent:" + key);
      var here = document.querySelector('form[data-draft="' + CSS.escape(key.slice(6)) + '"]');
      if ((all && /^(sent:)?draft:/.test(key)) || (sent && !here)) { sessionStorage.removeItem(key); sessionStorage.removeItem("sent:" + key); }
    });
  }
  document.addEventListener("submit", function (event) { if (event.target.hasAttribute("data-forget-drafts")) { forget(true); } });

  // ---- a list that changes while it is looked at: ask every few seconds whether it has; a hidden tab asks nothing ----------
  function watch(node) {
    var timer = setInterval(function () {
      if (!node.isConnected) { clearInterval(timer); return; }
      if (document.hidden) { return; }
      fetch(node.dataset.watch, { credentials: "same-origin", redirect: "error" }).then(function (answer) {
        if (answer.status === 200 && node.isConnected) {
          window.htmx.ajax("GET", location.pathname + location.search, { target: "#content", select: "#content", swap: "outerHTML" });
        }
      }, function () { /* no network: the next time */ });
    }, 1000 * node.dataset.every);
  }

  function start(where) {
    if (!where || !where.querySelectorAll) { return; }
    [["form[data-hold]", holdToSend], ["[data-sign]", signature], ["[data-here-button]", function (button) { here(button.closest("[data-here-lon]")); }], ["form[data-geo]", place], ["form[data-draft]", draft], ["[data-watch]", watch]].forEach(function (pair) {
      each(pair[0], where, function (found) {
        var done = found.yijia || (found.yijia = []);
        if (done.indexOf(pair[0]) < 0) { done.push(pair[0]); pair[1](found); }
      });
    });
    showToggles();
  }
  forget(false);
  start(document);
  tick();
  setInterval(tick, 1000);
})();
