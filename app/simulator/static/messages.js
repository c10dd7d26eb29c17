// Draws one message, of the bot or of a person, as the LINE app shows it.

import { icon, make, pressable } from "./dom.js";
import { drawFlex } from "./flex.js";

const LINK = /(https?:\/\/[^\s<>"]+)/;

/** Draw a message's contents; wide ones ("flex") have no speech bubble of their own. */
export function drawMessage(message, press) {
  const work = DRAW[message.type];
  return work ? work(message, press) : make("div", { cls: "speech", text: message.altText || `(${message.type})` });
}

const DRAW = {
  text: (message) => speech(message.text, message.mention),
  textV2: (message) => speech(message.text.replace(/\{\{|\}\}|\{(\w+)\}/g, (all, key) => (key ? substituted(message, key) : all[0]))),
  flex: (message, press) => make("div", { cls: "flex", attrs: { "aria-label": message.altText }, kids: [drawFlex(message.contents, press)] }),
  template: (message, press) => make("div", { cls: "flex", kids: [drawFlex(templateAsFlex(message.template), press)] }),
  sticker: () => make("div", { cls: "sticker", attrs: { role: "img", "aria-label": "สติกเกอร์" }, kids: [icon("sticker")] }),
  image: (message) => make("div", { cls: "photo", attrs: { role: "img", "aria-label": "รูปภาพ" }, kids: [icon("image")] }),
  file: (message) => card("file", message.fileName, `${Math.round(message.fileSize / 1024)} KB`),
  audio: (message) => card("sound", "ข้อความเสียง", `0:${String(Math.round((message.duration || 0) / 1000)).padStart(2, "0")}`),
  location: (message) => card("place", message.title || "ตำแหน่ง", message.address || ""),
};

function substituted(message, key) {
  const what = (message.substitution || {})[key];
  return what && what.type === "mention" ? "@…" : "";
}

function speech(text, mention) {
  const node = make("div", { cls: "speech" });
  let from = 0;
  for (const each of (mention && mention.mentionees) || []) {
    node.append(...linked(text.slice(from, each.index)));
    node.append(make("span", { cls: "mentioned", text: text.slice(each.index, each.index + each.length) }));
    from = each.index + each.length;
  }
  node.append(...linked(text.slice(from)));
  return node;
}

function linked(text) {
  return text.split(LINK).map((piece) =>
    LINK.test(piece) ? make("a", { text: piece, attrs: { href: piece, target: "_blank", rel: "noopener noreferrer" } }) : document.createTextNode(piece));
}

function card(name, title, note) {
  return make("div", { cls: "speech card", kids: [icon(name), make("div", { kids: [make("strong", { text: title }), make("small", { text: note })] })] });
}

// A template is an older, simpler card; it is drawn as the bubble it looks like.
function templateAsFlex(template) {
  if (template.columns) return { type: "carousel", contents: template.columns.map((column) => templateAsFlex(column)) };
  const words = [];
  if (template.title) words.push({ type: "text", text: template.title, weight: "bold", wrap: true });
  if (template.text) words.push({ type: "text", text: template.text, wrap: true, size: "sm", margin: "sm" });
  const buttons = (template.actions || []).map((action) => ({ type: "button", height: "sm", action }));
  return {
    type: "bubble", size: "kilo",
    body: { type: "box", layout: "vertical", contents: words },
    footer: { type: "box", layout: template.type === "confirm" ? "horizontal" : "vertical", contents: buttons },
  };
}

/** Draw a rich menu from its definition: the picture, with its areas on top. */
export function drawRichMenu(id, definition, press) {
  const { width, height } = definition.size;
  const node = make("div", { cls: "picture-menu", kids: [make("img", { attrs: { src: `menu-picture/${id}`, alt: "" } })] });
  node.style.aspectRatio = `${width} / ${height}`;
  for (const { bounds, action } of definition.areas) {
    const area = make("div", { cls: "area", attrs: { "aria-label": action.label || action.displayText || action.text || action.data || "" } });
    area.style.left = `${(100 * bounds.x) / width}%`;
    area.style.top = `${(100 * bounds.y) / height}%`;
    area.style.width = `${(100 * bounds.width) / width}%`;
    area.style.height = `${(100 * bounds.height) / height}%`;
    pressable(area, () => press(action));
    node.append(area);
  }
  return node;
}
