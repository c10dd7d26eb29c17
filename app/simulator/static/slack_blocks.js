// Draws Block Kit as Slack shows it. Text goes through text nodes only: nothing that was said can become markup.

import { make } from "./dom.js";

const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };
const MARK = /(\*[^*\n]+\*|<[^<>]+>)/;
const plain = (text) => text.replace(/&(amp|lt|gt);/g, (entity) => ENTITIES[entity]);

/** Draw a list of blocks; `press` is told what is pressed: its value and the block it stands in. */
export function drawBlocks(blocks, press) {
  return make("div", { cls: "blocks", kids: blocks.map((block) => (DRAW[block.type] || unknown)(block, press)) });
}

/** Draw words with Slack's marks: bold, links, mentions, and the bar of a quotation. */
export function drawWords(text, names = {}) {
  const node = make("div", { cls: "words" });
  let quote = null;
  for (const line of text.split("\n")) {
    const quoted = line.startsWith("> ");
    if (quoted && !quote) node.append((quote = make("blockquote")));
    if (!quoted) quote = null;
    const row = make("div", { cls: "words-line", kids: marked((quoted ? line.slice(2) : line) || "\u200b", names) });
    (quote || node).append(row);
  }
  return node;
}

function marked(line, names) {
  return line.split(MARK).filter(Boolean).map((piece) => {
    if (/^\*.+\*$/.test(piece)) return make("strong", { text: plain(piece.slice(1, -1)) });
    if (/^<@.+>$/.test(piece)) return make("span", { cls: "mentioned", text: names[piece.slice(2, -1)] || "@…" });
    if (/^<https?:.+>$/.test(piece)) {
      const [address, label] = piece.slice(1, -1).split("|");
      return make("a", { text: plain(label || address), attrs: { href: plain(address), target: "_blank", rel: "noopener noreferrer" } });
    }
    return document.createTextNode(plain(piece));
  });
}

const words = (object) => (object.type === "mrkdwn" ? drawWords(object.text) : make("div", { cls: "words", text: object.text }));

const DRAW = {
  section: (block) => make("div", { cls: "section", kids: [words(block.text)] }),
  header: (block) => make("h3", { text: block.text.text }),
  input: (block) => make("fieldset", { attrs: { "data-block": block.block_id, "data-action": block.element.action_id }, kids: [
    make("legend", { text: block.label.text }), ...(INPUTS[block.element.type] || (() => []))(block.element, block.block_id),
  ] }),
  divider: () => make("hr"),
  context: (block) => make("div", { cls: "context", kids: block.elements.map(words) }),
  actions: (block, press) => make("div", { cls: "actions", kids: block.elements.map((element) => button(element, block, press)) }),
  context_actions: (block, press) => make("div", { cls: "actions", kids: block.elements.flatMap((element) => thumbs(element, block, press)) }),
};

const INPUTS = {
  radio_buttons: (element, name) => element.options.map((option) => make("label", { cls: "option", kids: [
    make("input", { attrs: { type: "radio", name, value: option.value } }), make("span", { text: option.text.text }),
  ] })),
  plain_text_input: (element) => [make("textarea", { attrs: {
    rows: element.multiline ? 3 : 1, maxlength: element.max_length || 3000, placeholder: element.placeholder?.text || "", "aria-label": "ข้อความ",
  } })],
};

/** Read what was filled in, as Slack reports it. */
export function filled(node) {
  const values = {};
  for (const field of node.querySelectorAll("[data-block]")) {
    const chosen = field.querySelector("input:checked");
    const value = field.querySelector("textarea")?.value || null;
    values[field.dataset.block] = { [field.dataset.action]: chosen ? { type: "radio_buttons", selected_option: { value: chosen.value } } : { type: "plain_text_input", value } };
  }
  return values;
}

function unknown(block) {
  return make("div", { cls: "context", text: `(${block.type})` });
}

function button(element, block, press) {
  if (element.url)
    return make("a", { cls: "press", text: element.text.text, attrs: { href: element.url, target: "_blank", rel: "noopener noreferrer" } });
  const cls = `press ${element.style || ""}`;
  return make("button", { cls, text: element.text.text, attrs: { type: "button" }, on: { click: () => press(element.value, block.block_id || "") } });
}

function thumbs(element, block, press) {
  return [["👍", element.positive_button], ["👎", element.negative_button]].map(([mark, half]) =>
    make("button", { cls: "press thumb", text: `${mark} ${half.text.text}`, attrs: { type: "button" }, on: { click: () => press(half.value, block.block_id || "") } }));
}
