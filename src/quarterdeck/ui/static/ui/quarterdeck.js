// Everything works without this file; it only spares clicks.

// Tells the server the reader's zone, so that the next page shows times in it.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone) document.cookie = `zone=${zone};path=/;max-age=31536000;samesite=lax`;

// A menu made of <details class="q-menu"> or a definition closes when something else is clicked, and by Escape.
const floating = "details.q-menu[open], details.q-definition[open]";
document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll(floating)) {
    if (!open.contains(event.target)) open.open = false;
  }
});

// What the width of a column cuts off is told in full; the page itself says each text once.
document.addEventListener("mouseover", (event) => {
  const cell = event.target.closest(".q-rows tbody > tr > *");
  if (cell && !cell.title && cell.scrollWidth > cell.clientWidth) cell.title = cell.textContent;
});

// A table too wide for a phone is stacked there: a row reads as a card, each value behind its column's title.
function stack(box) {
  const table = box.querySelector(":scope > table:not(.q-board, .q-stacked:not(.q-labelled))");
  const heads = table?.tHead?.rows.length === 1 ? [...table.tHead.rows[0].cells] : [];
  if (!heads.length || heads.some((head) => head.colSpan > 1)) return;
  if (box.scrollWidth <= box.clientWidth && !table.matches(".q-labelled")) return;
  for (const row of [...table.tBodies].flatMap((body) => [...body.rows])) {
    let column = 0;
    for (const cell of row.cells) {
      if (cell.matches("td:not(.q-check, .q-rows td:first-child, [colspan])")) cell.dataset.label = heads[column]?.textContent.trim() ?? "";
      column += cell.colSpan;
    }
  }
  table.classList.add("q-stacked", "q-labelled");
}
const boxes = new ResizeObserver((entries) => entries.forEach((entry) => stack(entry.target)));
// A menu that would leave the window on the right opens towards the left.
const menus = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const edge = document.documentElement.clientWidth;
    if (target.getBoundingClientRect().right > edge) target.parentElement.classList.add("q-menu-end");
  }
});
function watchBoxes() {
  for (const box of document.querySelectorAll(".q-table-box")) boxes.observe(box);
  for (const box of document.querySelectorAll("details > .q-box")) menus.observe(box);
}
watchBoxes();
// New rows need not change the size of their box.
document.addEventListener("htmx:after:swap", () => {
  watchBoxes();
  document.querySelectorAll(".q-table-box").forEach(stack);
});

// A box in the head of a table ticks all boxes of its column.
document.addEventListener("change", (event) => {
  const name = event.target.dataset.selects;
  if (!name) return;
  for (const box of event.target.closest("table").querySelectorAll(`input[name=${name}]`)) {
    box.checked = event.target.checked;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    for (const open of document.querySelectorAll(floating)) {
      open.open = false;
      open.querySelector("summary").focus();
    }
  }
  // "/" goes to the search of a list, as in most tools of the trade.
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const search = document.querySelector("input[type=search]");
    if (search) {
      event.preventDefault();
      search.focus();
    }
  }
});
