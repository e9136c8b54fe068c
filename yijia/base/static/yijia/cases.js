// The assessor's form by keyboard: a digit picks the option of the question in focus and goes on to the next one.
(function () {
  "use strict";
  function questions() { return Array.prototype.slice.call(document.querySelectorAll("[data-question]")); }
  function current() {
    var here = document.activeElement && document.activeElement.closest ? document.activeElement.closest("[data-question]") : null;
    return here || questions().find(function (one) { return !one.querySelector("input:checked"); }) || questions()[0];
  }
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !/^[1-9]$/.test(event.key)) { return; }
    if (event.target.closest && event.target.closest("textarea,select,input:not([type=radio])")) { return; }
    var question = current();
    var input = question && question.querySelectorAll("input[type=radio]")[Number(event.key) - 1];
    if (!input || input.disabled) { return; }
    event.preventDefault();
    input.checked = true;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    var all = questions();
    var next = all[all.indexOf(question) + 1];
    var target = next ? next.querySelector("input:checked") || next.querySelector("input") : input;
    target.focus({ preventScroll: true });
    (next || question).scrollIntoView({ block: "center" });
  });
})();
