// The review page works without this file; with it, records are gone through by keyboard, and the
// source follows. Keys count only while a record has the focus.
const page = document.getElementById("review");
const cards = () => [...page.querySelectorAll(".q-record")];
const still = matchMedia("(prefers-reduced-motion: reduce)");

// Lights the places of a record in the source and brings the first of them into view.
function show(card) {
  for (const lit of page.querySelectorAll(".q-lit.is-current")) lit.classList.remove("is-current");
  const places = [...page.querySelectorAll(".q-lit")].filter((lit) =>
    lit.dataset.records.split(" ").includes(card.dataset.record));
  for (const lit of places) lit.classList.add("is-current");
  const source = page.querySelector(".q-source");
  if (!places.length || !source) return;
  const place = places[0].getBoundingClientRect();
  const frame = source.getBoundingClientRect();
  if (place.top < frame.top + 56 || place.bottom > frame.bottom - 24) {
    source.scrollBy({
      top: place.top - frame.top - frame.height / 3,
      behavior: still.matches ? "auto" : "smooth",
    });
  }
}

function go(card) {
  if (!card) return;
  card.focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest" });
}

function next(card, step) {
  const all = cards();
  return all[all.indexOf(card) + step];
}

page.addEventListener("focusin", (event) => {
  const card = event.target.closest(".q-record");
  if (card) show(card);
});

page.addEventListener("click", (event) => {
  const lit = event.target.closest(".q-lit");
  if (lit) {
    event.preventDefault();
    go(document.getElementById(`record-${lit.dataset.records.split(" ")[0]}`));
    return;
  }
  const card = event.target.closest(".q-record");
  if (!card) return;
  if (event.target.closest("[data-cancel]")) {
    event.preventDefault();
    card.querySelector(`#edit-${card.dataset.record}`).replaceChildren();
    go(card);
  } else if (event.target.closest("[data-show]")) {
    event.preventDefault();
    show(card);
  } else if (!event.target.closest("button, a, input, select, textarea, label, form")) {
    go(card);
  }
});

// What shall have the focus once the answer is there: the next record, or this one again.
let afterwards = "";
page.addEventListener("keydown", (event) => {
  const card = event.target.closest(".q-record");
  const typing = event.target.closest("input, textarea, select");
  if (!card || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const key = event.key;
  if (key === "j" || key === "k") {
    event.preventDefault();
    go(next(card, key === "j" ? 1 : -1));
  } else if (key === "n") {
    document.getElementById("add-record")?.click();
  } else {
    const button = card.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!button) return;
    event.preventDefault();
    const follow = "acdm".includes(key) ? next(card, key === "m" ? -1 : 1) ?? card : card;
    afterwards = follow.id;
    button.click();
  }
});

// A click on a button leaves the focus on the record that it was about.
page.addEventListener("click", (event) => {
  const card = event.target.closest(".q-record");
  if (card && event.target.closest("button") && !afterwards) afterwards = card.id;
});

document.addEventListener("htmx:after:settle", () => {
  const form = page.querySelector(".q-record-form");
  if (form && !form.contains(document.activeElement) && afterwards) {
    form.querySelector("textarea, input:not([type=hidden])")?.focus();
  } else if (afterwards) {
    go(document.getElementById(afterwards));
  }
  afterwards = "";
});

// The first record that somebody has to decide about, so that the keys work at once.
if (!location.hash) {
  const first = page.querySelector(".q-record.is-doubtful, .q-record.is-unconfirmed");
  if (first && matchMedia("(min-width: 861px)").matches) {
    first.focus({ preventScroll: true });
    // The pane of the records is scrolled, and the page itself is not.
    const pane = page.querySelector(".q-records-pane");
    const isHidden = first.getBoundingClientRect().bottom > pane.getBoundingClientRect().bottom;
    if (isHidden && pane.scrollHeight > pane.clientHeight) {
      pane.scrollTop += first.getBoundingClientRect().top - pane.getBoundingClientRect().top - 160;
    }
  }
} else {
  go(document.getElementById(location.hash.slice(1)));
}
addEventListener("hashchange", () => go(document.getElementById(location.hash.slice(1))));
