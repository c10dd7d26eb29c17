// The developers' panel: each signed webhook and each API call, newest first, with its JSON folded.

import { make } from "./dom.js";

const MAX_ROWS = 200;
const LONG_TEXT = 400;

export class Developer {
  constructor(list, empty) {
    Object.assign(this, { list, empty });
    this.pending = new Map();
    this.counts = { webhook: 0, api: 0 };
    this.filters = document.querySelectorAll("[data-filter]");
    for (const button of this.filters) button.addEventListener("click", () => this.filter(button));
  }

  filter(button) {
    for (const each of this.filters) each.setAttribute("aria-pressed", String(each === button));
    this.list.dataset.show = button.dataset.filter;
  }

  clear() {
    this.list.replaceChildren();
    this.counts = { webhook: 0, api: 0 };
    this.count();
  }

  count() {
    for (const [kind, number] of Object.entries(this.counts)) document.getElementById(`count-${kind}`).textContent = number;
    this.empty.hidden = this.list.childElementCount > 0;
  }

  /** Show an entry of the log, when it is a request. */
  take(entry) {
    if (entry.kind === "webhook") this.webhook(entry);
    else if (entry.kind === "webhook_answered") this.answered(entry);
    else if (entry.kind === "api") this.api(entry);
  }

  add(kind, row) {
    this.list.prepend(row);
    while (this.list.childElementCount > MAX_ROWS) this.list.lastElementChild.remove();
    this.counts[kind] += 1;
    this.count();
  }

  webhook(entry) {
    const body = opened(entry.body);
    const { row, status, more } = this.row("webhook", "POST", new URL(entry.url).pathname, told(entry, body), again(entry, body), entry.at);
    more.append(fact("To", entry.url));
    for (const [name, value] of Object.entries(entry.headers)) if (name.startsWith("x-")) more.append(fact(name, value));
    more.append(part("Body", body, true), part("Raw body, as signed", entry.body));
    status.textContent = "…";
    this.pending.set(entry.n, { status, more });
    this.add("webhook", row);
  }

  answered(entry) {
    const waiting = this.pending.get(entry.of);
    if (!waiting) return;
    this.pending.delete(entry.of);
    mark(waiting.status, entry.status, `${entry.ms} ms`);
    if (entry.answer) waiting.more.append(part("Answer", entry.answer));
  }

  api(entry) {
    const { row, status, more } = this.row("api", entry.method, entry.path, summary(entry), "", entry.at);
    for (const [name, value] of [...Object.entries(entry.headers), ...Object.entries(entry.response_headers)]) more.append(fact(name, value));
    if (entry.request !== null) more.append(part("Request", entry.request, true));
    if (entry.response !== null) more.append(part("Response", entry.response, entry.status >= 400));
    mark(status, entry.status);
    this.add("api", row);
  }

  row(kind, method, path, what, extra, at) {
    const status = make("span", { cls: "status" });
    const more = make("div", { cls: "more" });
    const head = make("summary", { kids: [
      make("span", { cls: `way ${kind}`, text: kind === "webhook" ? "→" : "←", attrs: { title: kind === "webhook" ? "to the clinic" : "from the clinic" } }),
      make("span", { cls: "method", text: method }),
      make("span", { cls: "path", text: path }),
      make("span", { cls: "what", text: what }),
      extra && make("span", { cls: "extra", text: extra }),
      status,
      make("time", { text: new Date(at).toLocaleTimeString("en-GB") }),
    ] });
    return { row: make("li", { cls: kind, kids: [make("details", { kids: [head, more] })] }), status, more };
  }
}

// a body is JSON, or a form that may hold JSON
function opened(body) {
  if (body.startsWith("{")) return JSON.parse(body);
  const form = Object.fromEntries(new URLSearchParams(body));
  return form.payload ? JSON.parse(form.payload) : form;
}

function told(entry, body) {
  if (entry.what) return entry.what;
  const event = body.events[0];
  return event.message ? `${event.type} · ${event.message.type}` : event.type;
}

function again(entry, body) {
  return entry.headers["x-slack-retry-num"] || body.events?.[0].deliveryContext.isRedelivery ? "redelivery" : "";
}

function summary(entry) {
  const messages = entry.request && entry.request.messages;
  return Array.isArray(messages) ? messages.map((message) => message.type).join(", ") : "";
}

function mark(node, status, note = "") {
  node.textContent = `${status || "no answer"}${note ? ` · ${note}` : ""}`;
  node.classList.add(status >= 200 && status < 300 ? "good" : "bad");
}

function fact(name, value) {
  return make("div", { cls: "fact", kids: [make("span", { text: name }), make("code", { text: value })] });
}

function part(title, value, open = false) {
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  const copy = make("button", { text: "Copy", attrs: { type: "button" }, on: { click: (event) => {
    event.preventDefault();
    navigator.clipboard.writeText(text).then(() => { copy.textContent = "Copied"; });
  } } });
  const node = make("details", { cls: "json", kids: [make("summary", { kids: [make("span", { text: title }), copy] })] });
  const fill = () => node.childElementCount === 1 && node.append(typeof value === "string" ? make("pre", { text }) : make("div", { cls: "tree", kids: [tree("", value, 0)] }));
  node.addEventListener("toggle", fill, { once: true });
  node.open = open;
  return node;
}

// objects and lists fold; deep ones start folded
function tree(name, value, depth) {
  const key = name === "" ? null : make("span", { cls: "key", text: `${name}: ` });
  if (value === null || typeof value !== "object") {
    const text = JSON.stringify(value);
    return make("div", { cls: "leaf", kids: [key, make("span", { cls: value === null ? "null" : typeof value, text: text.length > LONG_TEXT ? `${text.slice(0, LONG_TEXT)}…"` : text })] });
  }
  const entries = Object.entries(value);
  const size = Array.isArray(value) ? `[${entries.length}]` : entries.length ? "{…}" : "{}";
  if (!entries.length) return make("div", { cls: "leaf", kids: [key, make("span", { cls: "null", text: size })] });
  const hint = !Array.isArray(value) && value.type ? ` ${value.type}` : "";
  const node = make("details", { kids: [make("summary", { kids: [key, make("span", { cls: "size", text: size + hint })] })] });
  node.addEventListener("toggle", () => node.childElementCount === 1 && node.append(...entries.map(([each, inner]) => tree(each, inner, depth + 1))), { once: true });
  node.open = depth < 4;
  return node;
}
