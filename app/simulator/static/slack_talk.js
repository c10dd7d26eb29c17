// What is said in one place of the workspace: messages, each with its thread below it, the status while working, private ones.

import { make } from "./dom.js";
import { drawBlocks, drawWords } from "./slack_blocks.js";

const STATUS_MS = 120_000;
const clock = (at) => new Date(at).toLocaleTimeString("th-TH", { hour: "2-digit", minute: "2-digit", hour12: false });

export class Place {
  /** @param parts names: of people by id; me: ids that may edit; press, reply, edit, remove: what pressing does. */
  constructor(parts) {
    Object.assign(this, parts);
    this.list = make("div", { cls: "list" });
    this.rows = new Map();
    this.threads = new Map();
    this.statuses = new Map();
  }

  said(entry) {
    const row = make("article", { cls: `message${entry.private ? " private" : ""}` });
    this.fill(row, entry);
    this.rows.set(entry.ts, row);
    if (!entry.thread) this.threads.set(entry.ts, make("div", { cls: "thread" }));
    const into = entry.thread && this.threads.get(entry.thread) ? this.threads.get(entry.thread) : this.list;
    this.clear(entry.thread || entry.ts);
    into.append(row);
    if (!entry.thread) into.append(this.threads.get(entry.ts));
    return row;
  }

  changed(entry) {
    const row = this.rows.get(entry.ts);
    if (row) this.fill(row, entry, true);
  }

  deleted(entry) {
    this.rows.get(entry.ts)?.replaceChildren(make("div", { cls: "gone", text: "ข้อความนี้ถูกลบแล้ว" }));
  }

  status(entry) {
    this.clear(entry.thread);
    const left = entry.at + STATUS_MS - Date.now();
    if (left <= 0 || !entry.status || !this.threads.has(entry.thread)) return;
    const node = make("div", { cls: "status-line", text: entry.status, attrs: { role: "status" } });
    this.threads.get(entry.thread).append(node);
    this.statuses.set(entry.thread, { node, timer: setTimeout(() => node.remove(), left) });
  }

  clear(thread) {
    const shown = this.statuses.get(thread);
    if (!shown) return;
    clearTimeout(shown.timer);
    shown.node.remove();
    this.statuses.delete(thread);
  }

  fill(row, entry, edited = false) {
    const bot = !this.me.includes(entry.speaker);
    const name = bot ? this.account : this.names[entry.speaker];
    const body = entry.message.blocks ? drawBlocks(entry.message.blocks, (value, block) => this.press(value, block, entry)) : drawWords(entry.message.text, this.calls);
    const head = make("div", { cls: "head", kids: [
      make("strong", { text: name }), bot && make("span", { cls: "app", text: "แอป" }), make("time", { text: clock(entry.at) }),
      edited && make("span", { cls: "note", text: "แก้ไขแล้ว" }),
    ] });
    const tools = make("div", { cls: "does", kids: [
      !entry.private && this.tool("ตอบในเธรด", () => this.reply(entry.thread || entry.ts)),
      !bot && this.tool("แก้ไข", () => this.edit(entry)),
      !bot && this.tool("ลบ", () => this.remove(entry)),
    ] });
    const shown = make("div", { cls: "shown", kids: [
      entry.private && make("div", { cls: "only", text: "เฉพาะคุณเท่านั้นที่เห็นข้อความนี้" }), head, body, tools,
    ] });
    row.replaceChildren(make("div", { cls: `face${bot ? " bot" : ""}`, text: bot ? "ก.พ.ร." : name.slice(3, 5), attrs: { "aria-hidden": "true" } }), shown);
  }

  tool(label, work) {
    return make("button", { text: label, attrs: { type: "button" }, on: { click: work } });
  }
}
