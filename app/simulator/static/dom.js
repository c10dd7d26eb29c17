// Makes DOM nodes. Text always goes through textContent: nothing that was said can become markup.

const SVG = "http://www.w3.org/2000/svg";

/** Make an element: class names, text, attributes, children. */
export function make(tag, { cls = "", text, attrs = {}, on = {}, kids = [] } = {}) {
  const node = document.createElement(tag);
  if (cls) node.className = cls;
  if (text !== undefined) node.textContent = text;
  for (const [name, value] of Object.entries(attrs)) node.setAttribute(name, value);
  for (const [name, work] of Object.entries(on)) node.addEventListener(name, work);
  node.append(...kids.filter(Boolean));
  return node;
}

/** Make an icon that page.html draws. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

/** Let a node be pressed by pointer and keyboard. */
export function pressable(node, work) {
  node.tabIndex = 0;
  node.setAttribute("role", "button");
  node.classList.add("pressable");
  node.addEventListener("click", (event) => { event.stopPropagation(); work(); });
  node.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); event.stopPropagation(); work(); }
  });
}
