// Draws LINE's Flex messages: bubbles, carousels, boxes and what is in them, with the measures of the LINE app.

import { icon, make, pressable } from "./dom.js";

const FONT = { xxs: 11, xs: 13, sm: 14, md: 16, lg: 19, xl: 22, xxl: 29, "3xl": 35, "4xl": 48, "5xl": 74 };
const SPACE = { none: 0, xs: 2, sm: 4, md: 8, lg: 12, xl: 16, xxl: 20 };
const LINE_WIDTH = { none: 0, light: 0.5, normal: 1, medium: 2, "semi-bold": 3, bold: 4 };
const BUBBLE = { nano: 120, micro: 160, deca: 220, hecto: 241, kilo: 260, mega: 300, giga: 386 };
const IMAGE = { xxs: 40, xs: 60, sm: 80, md: 100, lg: 120, xl: 140, xxl: 160, "3xl": 180, "4xl": 200, "5xl": 220, full: "100%" };
const SMALL_BUBBLES = ["nano", "micro", "deca", "hecto", "kilo"];
const ALONG = { start: "flex-start", center: "center", end: "flex-end" };
const GRAVITY = { top: "flex-start", center: "center", bottom: "flex-end" };

function measure(value, words) {
  if (value === undefined) return "";
  if (value in words) return typeof words[value] === "number" ? `${words[value]}px` : words[value];
  return /^-?\d+(\.\d+)?(px|%)$/.test(value) ? value : "";
}

const space = (value) => measure(value, SPACE);

/** Draw the contents of a Flex message; `press(action)` is called when something in it is pressed. */
export function drawFlex(contents, press) {
  return contents.type === "carousel" ? carousel(contents, press) : bubble(contents, press);
}

function carousel(contents, press) {
  const strip = make("div", {
    cls: "carousel", attrs: { tabindex: "0", role: "group", "aria-label": "เลื่อนดูการ์ด" },
    kids: (contents.contents || []).map((each) => bubble(each, press)),
  });
  const step = (way) => strip.scrollBy({ left: way * (strip.firstChild.offsetWidth + 8), behavior: "smooth" });
  const arrow = (name, label, way) => make("button", {
    cls: `arrow ${name}`, attrs: { type: "button", "aria-label": label }, on: { click: () => step(way) }, kids: [icon(name)],
  });
  const left = arrow("left", "การ์ดก่อนหน้า", -1);
  const right = arrow("right", "การ์ดถัดไป", 1);
  const tell = () => {
    left.hidden = strip.scrollLeft < 4;
    right.hidden = strip.scrollLeft + strip.clientWidth > strip.scrollWidth - 4;
  };
  strip.addEventListener("scroll", tell);
  new ResizeObserver(tell).observe(strip);
  return make("div", { cls: "carousel-frame", kids: [strip, left, right] });
}

function bubble(contents, press) {
  const size = contents.size || "mega";
  const node = make("div", { cls: `bubble ${SMALL_BUBBLES.includes(size) ? "small" : ""}`, attrs: { dir: contents.direction || "ltr" } });
  node.style.width = measure(size, BUBBLE) || "300px";
  const styles = contents.styles || {};
  for (const name of ["header", "hero", "body", "footer"]) {
    if (!contents[name]) continue;
    const part = make("div", { cls: `part ${name}` });
    const style = styles[name] || {};
    part.style.backgroundColor = style.backgroundColor || "";
    if (style.separator && node.childElementCount) {
      part.style.borderTop = "1px solid #d4d6da";
      part.style.borderTopColor = style.separatorColor || "";
    }
    const drawn = draw(contents[name], "vertical", press);
    if (contents[name].type === "box" && !contents[name].paddingAll) drawn.classList.add("padded");
    part.append(drawn);
    node.append(part);
  }
  if (contents.action) pressable(node, () => press(contents.action));
  return node;
}

const DRAW = { box, text, button, separator, image, icon: fontIcon, filler, spacer: filler };

function draw(part, parent, press) {
  const work = DRAW[part.type];
  if (!work) return make("div", { cls: "unknown", text: `(${part.type})` });
  const node = work(part, press, parent);
  const beside = parent !== "vertical";
  if (part.flex !== undefined) node.style.flex = part.flex === 0 ? "0 0 auto" : beside ? `${part.flex} 1 0` : `${part.flex} 0 auto`;
  else if (beside && ["box", "text", "button", "image"].includes(part.type) && !part.width) node.style.flex = "1 1 0";
  if (part.position === "absolute") node.style.position = "absolute";
  else if (part.offsetTop || part.offsetBottom || part.offsetStart || part.offsetEnd) node.style.position = "relative";
  for (const [name, side] of [["offsetTop", "top"], ["offsetBottom", "bottom"], ["offsetStart", "insetInlineStart"], ["offsetEnd", "insetInlineEnd"]])
    if (part[name]) node.style[side] = space(part[name]);
  if (part.gravity && beside) node.style.alignSelf = GRAVITY[part.gravity];
  if (part.action && part.type !== "button") pressable(node, () => press(part.action));
  return node;
}

function box(part, press) {
  const node = make("div", { cls: `box ${part.layout}` });
  const style = node.style;
  style.backgroundColor = part.backgroundColor || "";
  style.borderRadius = measure(part.cornerRadius, SPACE);
  style.width = measure(part.width, {});
  style.maxWidth = measure(part.maxWidth, {});
  style.height = measure(part.height, {});
  style.maxHeight = measure(part.maxHeight, {});
  style.justifyContent = ALONG[part.justifyContent] || part.justifyContent || "";
  style.alignItems = ALONG[part.alignItems] || "";
  if (part.cornerRadius) style.overflow = "hidden";
  if (part.width) style.flex = "0 0 auto";
  const line = measure(part.borderWidth, LINE_WIDTH);
  if (line || part.borderColor) {
    style.border = `${line || "0px"} solid #d4d6da`;
    style.borderColor = part.borderColor || "";
  }
  style.padding = space(part.paddingAll);
  for (const [name, side] of [["paddingTop", "paddingTop"], ["paddingBottom", "paddingBottom"], ["paddingStart", "paddingInlineStart"], ["paddingEnd", "paddingInlineEnd"]])
    if (part[name]) style[side] = space(part[name]);
  const shade = part.background;
  if (shade && shade.type === "linearGradient") {
    const middle = shade.centerColor ? `, ${shade.centerColor} ${shade.centerPosition || "50%"}` : "";
    style.backgroundImage = `linear-gradient(${shade.angle}, ${shade.startColor}${middle}, ${shade.endColor})`;
  }
  (part.contents || []).forEach((child, index) => {
    const drawn = draw(child, part.layout, press);
    // a child's own margin stands instead of the box's spacing
    if (index > 0) drawn.style[part.layout === "vertical" ? "marginTop" : "marginInlineStart"] = space(child.margin ?? part.spacing);
    node.append(drawn);
  });
  return node;
}

function dress(node, part) {
  const style = node.style;
  style.fontSize = measure(part.size, FONT);
  style.color = part.color || "";
  if (part.weight === "bold") style.fontWeight = "700";
  if (part.style === "italic") style.fontStyle = "italic";
  if (part.decoration && part.decoration !== "none") style.textDecoration = part.decoration;
}

function text(part) {
  const node = make("div", { cls: part.wrap ? "text wrap" : "text" });
  dress(node, part);
  if (part.contents && part.contents.length) {
    for (const span of part.contents) {
      const piece = make("span", { text: span.text });
      dress(piece, span);
      node.append(piece);
    }
  } else node.textContent = part.text;
  if (part.align) node.style.textAlign = part.align;
  if (part.lineSpacing) node.style.lineHeight = `calc(1.45em + ${measure(part.lineSpacing, {}) || "0px"})`;
  if (part.maxLines) {
    node.classList.add("clamped");
    node.style.webkitLineClamp = part.maxLines;
  }
  return node;
}

function button(part, press) {
  const style = part.style || "link";
  const node = make("button", { cls: `flex-button ${style} ${part.height || "md"}`, attrs: { type: "button" }, text: part.action.label });
  if (style === "link") node.style.color = part.color || "";
  else node.style.backgroundColor = part.color || "";
  node.addEventListener("click", (event) => { event.stopPropagation(); press(part.action); });
  return node;
}

function separator(part, press, parent) {
  const node = make("div", { cls: parent === "vertical" ? "separator" : "separator upright" });
  node.style.backgroundColor = part.color || "";
  return node;
}

function filler(part) {
  const node = make("div", { cls: "filler" });
  if (part.flex === undefined) node.style.flex = "1 1 0";
  return node;
}

function picture(part) {
  const [width, height] = (part.aspectRatio || "1:1").split(":");
  const node = make("img", { attrs: { alt: "", loading: "lazy", referrerpolicy: "no-referrer" } });
  node.style.aspectRatio = `${width} / ${height}`;
  if (/^https:\/\//.test(part.url)) node.src = part.url;
  return node;
}

function image(part) {
  const node = make("div", { cls: "image" });
  const shown = picture(part);
  shown.style.width = measure(part.size || "md", IMAGE);
  shown.style.objectFit = part.aspectMode === "cover" ? "cover" : "contain";
  shown.style.backgroundColor = part.backgroundColor || "";
  node.style.justifyContent = ALONG[part.align] || "center";
  node.append(shown);
  return node;
}

function fontIcon(part) {
  const node = picture(part);
  node.classList.add("font-icon");
  node.style.fontSize = measure(part.size || "md", FONT);
  return node;
}
