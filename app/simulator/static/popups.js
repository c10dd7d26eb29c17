// The small menus and the passing notes of the phone.

const TOAST_MS = 2600;
let opened = null;
let opener = null;
let choose = null;
let toastTimer = 0;

function close() {
  if (!opened) return;
  opened.hidden = true;
  opener?.setAttribute?.("aria-expanded", "false");
  opened = opener = choose = null;
}

function place(menu, anchor) {
  if (!menu.classList.contains("own-menu")) return;
  const phone = menu.parentElement.getBoundingClientRect();
  const at = anchor.getBoundingClientRect();
  const top = Math.min(Math.max(at.top - phone.top - menu.offsetHeight - 6, 60), phone.height - 160);
  menu.style.top = `${top}px`;
}

/** Open and close popups: one at a time, closed by Escape, a press elsewhere or a choice. */
export const popups = {
  open(menu, anchor, chosen = () => {}) {
    close();
    menu.hidden = false;
    [opened, opener, choose] = [menu, anchor, chosen];
    if (anchor.hasAttribute("aria-haspopup")) anchor.setAttribute("aria-expanded", "true");
    place(menu, anchor);
    menu.querySelector("button:not([hidden])").focus({ preventScroll: true });
  },
  toggle(menu, anchor, chosen) {
    if (opened === menu) close();
    else this.open(menu, anchor, chosen);
  },
};

document.addEventListener("click", (event) => {
  if (!opened) return;
  const chosen = event.target.closest("[role=menuitem]");
  if (chosen && opened.contains(chosen)) { const work = choose; close(); work(chosen); }
  else if (!opened.contains(event.target) && !opener?.contains?.(event.target)) close();
});
document.addEventListener("keydown", (event) => {
  if (!opened) return;
  if (event.key === "Escape") { const back = opener; close(); back?.focus?.(); }
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    const items = [...opened.querySelectorAll("button:not([hidden])")];
    const step = event.key === "ArrowDown" ? 1 : items.length - 1;
    items[(items.indexOf(document.activeElement) + step) % items.length].focus();
  }
});

/** Show a note for a moment. */
export function toast(words) {
  const node = document.getElementById("toast");
  node.textContent = words;
  node.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { node.hidden = true; }, TOAST_MS);
}
