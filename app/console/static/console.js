// Keys and small comforts. Every page works without this file.
"use strict";

// a form that cannot be undone asks first
document.addEventListener("submit", (event) => {
  const question = event.target.dataset.ask;
  if (question && !window.confirm(`${question}?`)) event.preventDefault();
});

// one key: a button or link with data-key is pressed, a field with data-key is entered
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") document.activeElement.blur();
  if (event.target.closest("input, select, textarea")) return;
  const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!target) return;
  event.preventDefault();
  if (target.matches("input, select, textarea")) target.focus();
  else target.click();
});

// back to the page of a form that was refused
for (const button of document.querySelectorAll("[data-back]")) {
  button.hidden = window.history.length < 2;
  button.addEventListener("click", () => window.history.back());
}

// the page at hand is in sight in a menu that is longer than the window
document.querySelector(".menu [aria-current]")?.scrollIntoView({ block: "nearest" });

for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => window.print());

// j and k go through the rows of a list, Enter opens the one that is marked
document.addEventListener("keydown", (event) => {
  if (!["j", "k", "Enter"].includes(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, select, textarea, a, button, summary") && event.key === "Enter") return;
  if (event.target.closest("input, select, textarea")) return;
  const rows = [...document.querySelectorAll("[data-rows] tbody tr")];
  const at = rows.findIndex((row) => row.dataset.marked);
  if (event.key === "Enter") return rows[at]?.querySelector("a")?.click();
  const next = rows[Math.min(Math.max(at + (event.key === "j" ? 1 : -1), 0), rows.length - 1)];
  if (!next) return;
  if (rows[at]) delete rows[at].dataset.marked;
  next.dataset.marked = "yes";
  next.scrollIntoView({ block: "nearest" });
});

// a search box that fills a part of the page, so that what was chosen there stays
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.dataset.find) return;
  event.preventDefault();
  const answer = await fetch(`${form.dataset.find}?${new URLSearchParams(new FormData(form))}`, { credentials: "same-origin" });
  if (!answer.ok) return form.submit();
  const into = document.getElementById(form.dataset.into);
  for (const old of into.querySelectorAll(".found")) if (!old.querySelector("input:checked")) old.remove();
  const found = new DOMParser().parseFromString(await answer.text(), "text/html").body;
  const known = new Set([...into.querySelectorAll("input")].map((input) => input.value));
  for (const one of [...found.children]) if (!known.has(one.querySelector("input")?.value)) into.append(one);
  into.querySelector(".found input:not(:checked)")?.focus();
});

// a part of the page that is told anew while something is under way
for (const part of document.querySelectorAll("[data-again]")) {
  const ask = async () => {
    const answer = await fetch(part.dataset.again, { credentials: "same-origin" });
    if (answer.ok) part.innerHTML = new DOMParser().parseFromString(await answer.text(), "text/html").body.innerHTML;
    if (!answer.ok || part.querySelector("[data-over]")) return window.location.reload();
    setTimeout(ask, 1000);
  };
  setTimeout(ask, 1000);
}

// a file that would be refused for its size is not sent at all
document.addEventListener("change", (event) => {
  const { most, tooLarge } = event.target.dataset;
  if (!most) return;
  event.target.setCustomValidity([...event.target.files].some((file) => file.size > Number(most)) ? tooLarge : "");
  event.target.reportValidity();
});
