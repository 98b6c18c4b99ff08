// The command palette: Ctrl-K or Cmd-K opens it. Without this file the button leads to the search page, so only this
// file needs the dialog, and no page carries it.
const opener = document.querySelector("[data-opens=palette]");
if (opener) {
  document.body.insertAdjacentHTML("beforeend", `<dialog class="q-palette" id="palette" aria-label="Search or go to">
<form method="get" action="${opener.pathname}"><input type="hidden" name="go" value="1">
<div class="q-palette-line"><i class="q-icon i-search"></i><input type="text" name="q" maxlength="200" role="combobox" aria-expanded="false" aria-controls="palette-options" aria-autocomplete="list" aria-label="Search or go to" placeholder="A page, an act, a number, words …" autocomplete="off" autocapitalize="none" spellcheck="false" enterkeyhint="go" hx-get="${opener.dataset.asks}" hx-trigger="palette, input delay:150ms" hx-sync="this:replace" hx-target="#palette-options" hx-swap="innerHTML">
<button class="q-top-button" type="button" data-closes="palette" aria-label="Close"><i class="q-icon i-x"></i></button></div></form>
<div class="q-palette-options" id="palette-options" role="listbox" aria-label="Entries"></div>
<p class="visually-hidden" id="palette-told" role="status"></p>
</dialog>`);
}
const palette = document.getElementById("palette");
const line = palette?.querySelector("input[role=combobox]");
const choices = document.getElementById("palette-options");
if (palette) htmx.process(palette);

const options = () => [...choices.querySelectorAll("[role=option]")];
const chosen = () => choices.querySelector("[aria-selected=true]");

// Marks one option; the line keeps the focus and names the option to those who hear it.
function choose(option) {
  chosen()?.setAttribute("aria-selected", "false");
  line.setAttribute("aria-expanded", String(Boolean(option)));
  if (!option) {
    line.removeAttribute("aria-activedescendant");
    return;
  }
  option.setAttribute("aria-selected", "true");
  option.scrollIntoView({ block: "nearest" });
  line.setAttribute("aria-activedescendant", option.id);
}

function open() {
  if (palette.open) return;
  for (const popover of document.querySelectorAll("[popover]:popover-open")) popover.hidePopover();
  palette.showModal();
  line.value = "";
  choices.replaceChildren();
  line.dispatchEvent(new Event("palette"));
}

function step(by) {
  const all = options();
  if (all.length) choose(all[(all.indexOf(chosen()) + by + all.length) % all.length]);
}

// No page of an error stands among the entries; Enter still searches everything.
function tellFailure() {
  const told = document.createElement("p");
  told.className = "q-palette-heading";
  told.textContent = "No answer came. Enter searches everything.";
  choices.replaceChildren(told);
}

if (palette) {
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
    if (event.shiftKey || event.altKey) return;
    event.preventDefault();
    open();
  });
  opener.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });
  // What was chosen fits what was typed; between typing and answer nothing is chosen.
  line.addEventListener("input", () => choose(null));
  line.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown") step(1);
    else if (event.key === "ArrowUp") step(chosen() ? -1 : 0);
    else if (event.key === "Enter" && chosen()) chosen().click();
    else return;
    event.preventDefault();
  });
  line.addEventListener("htmx:after:request", (event) => {
    if (event.detail.ctx.response.status < 400) return;
    event.preventDefault();
    tellFailure();
  });
  line.addEventListener("htmx:error", tellFailure);
  palette.addEventListener("click", (event) => {
    if (event.target === palette || event.target.closest("[data-closes]")) palette.close();
  });
  choices.addEventListener("pointermove", (event) => {
    const option = event.target.closest("[role=option]");
    if (option && option !== chosen()) choose(option);
  });
  new MutationObserver(() => {
    const all = options();
    choose(all[0] ?? null);
    const told = all.length === 1 ? "1 entry" : `${all.length} entries`;
    const failure = all.length ? null : choices.querySelector("p");
    document.getElementById("palette-told").textContent = failure?.textContent ?? told;
  }).observe(choices, { childList: true });
}
