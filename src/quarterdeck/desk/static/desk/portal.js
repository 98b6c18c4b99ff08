// A question that depends on the answer to another one is shown with that answer only.
// Without this script all are shown, and the server leaves out what was not asked.
const dependents = [...document.querySelectorAll("[data-depends-on]")];

function answersTo(name) {
  return [...document.getElementsByName(name)]
    .filter((input) => !input.disabled && (input.type !== "checkbox" || input.checked))
    .map((input) => input.value);
}

// In the order of the page, since what is hidden answers nothing for what comes after it.
function show() {
  for (const each of dependents) {
    each.hidden = !answersTo(each.dataset.dependsOn).includes(each.dataset.answer);
    for (const input of each.querySelectorAll("input, select, textarea")) input.disabled = each.hidden;
  }
}

document.addEventListener("change", show);
show();
