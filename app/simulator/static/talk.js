// The chat itself: messages in their rows, time, read marks, loading dots, quick replies; one chat shown at a time.

import { make } from "./dom.js";
import { drawMessage } from "./messages.js";

const LONG_PRESS_MS = 500;
const ABOVE_PX = 64; // so much of the question stays in sight above a tall answer
const NOTES = {
  follow: "คุณเพิ่มบัญชีนี้เป็นเพื่อนแล้ว", unfollow: "คุณบล็อกบัญชีนี้แล้ว",
  join: "บัญชีทางการเข้าร่วมกลุ่ม", leave: "บัญชีทางการออกจากกลุ่ม",
};
const clock = (at) => new Date(at).toLocaleTimeString("th-TH", { hour: "2-digit", minute: "2-digit", hour12: false });

export class Talk {
  /** @param parts log and quick: the nodes; me: the person's id; press: for actions; own: opens the menu of an own message. */
  constructor({ log, quick, me, account, press, own }) {
    Object.assign(this, { log, quick, me, account, press, own });
    this.chats = new Map();
    this.shown = "";
    new ResizeObserver(() => this.reveal()).observe(log);
  }

  chat(id) {
    if (!this.chats.has(id)) {
      const list = make("div", { cls: "list", kids: [make("div", { cls: "day", text: "วันนี้" })] });
      this.chats.set(id, { list, rows: new Map(), quick: [], dots: null, dotsTimer: 0, lastSpeaker: "" });
    }
    return this.chats.get(id);
  }

  /** Show one chat. */
  show(id) {
    this.shown = id;
    this.log.replaceChildren(this.chat(id).list);
    this.showQuick();
    this.reveal();
  }

  /** Show what happened in a chat. */
  take(entry) {
    const chat = this.chat(entry.chat);
    const work = { said: this.said, edited: this.edited, unsent: this.unsent, note: this.note, loading: this.loading, webhook_answered: this.read }[entry.kind];
    if (!work) return;
    work.call(this, chat, entry);
    if (entry.chat === this.shown) {
      this.showQuick();
      if (entry.kind !== "webhook_answered") this.reveal();
    }
  }

  /** Scroll to the end; an answer taller than the screen is shown from its top, so that it is read from there. */
  reveal() {
    const last = this.chat(this.shown).list.lastElementChild;
    const tall = last.classList.contains("theirs") && last.offsetHeight > this.log.clientHeight;
    this.log.scrollTop = tall ? last.offsetTop - ABOVE_PX : this.log.scrollHeight;
  }

  said(chat, entry) {
    const mine = entry.speaker === this.me;
    const bot = entry.speaker === "bot";
    if (bot) this.stopLoading(chat);
    chat.quick = [];
    const body = drawMessage(entry.message, this.press);
    const row = make("div", { cls: `row ${mine ? "mine" : "theirs"} ${entry.message.type}` });
    const first = chat.lastSpeaker !== entry.speaker;
    if (first) row.classList.add("first");
    chat.lastSpeaker = entry.speaker;
    const stamp = make("div", { cls: "stamp", kids: [make("span", { cls: "seen" }), make("time", { text: clock(entry.at) })] });
    if (!mine) {
      row.append(make("div", { cls: bot ? "face bot" : "face", text: bot ? "ก.พ.ร." : "สศ", attrs: { "aria-hidden": "true" } }));
      const name = make("div", { cls: "name", text: bot ? this.account : entry.name });
      row.append(make("div", { cls: "said", kids: [first && name, make("div", { cls: "line", kids: [body, stamp] })] }));
    } else row.append(stamp, body);
    if (!bot && entry.message.id) this.ownable(body, entry);
    if (entry.message.id) chat.rows.set(entry.message.id, row);
    chat.list.append(row);
    if (bot && entry.message.quickReply) chat.quick = entry.message.quickReply.items;
  }

  ownable(body, { message, speaker, name }) {
    const open = () => this.own(body, message, { person: speaker, name });
    let timer = 0;
    body.tabIndex = 0;
    body.title = "กดค้างหรือคลิกขวาเพื่อยกเลิกการส่ง";
    body.addEventListener("contextmenu", (event) => { event.preventDefault(); open(); });
    body.addEventListener("keydown", (event) => { if (event.key === "Enter" && event.target === body) { event.preventDefault(); open(); } });
    body.addEventListener("touchstart", () => { timer = setTimeout(open, LONG_PRESS_MS); }, { passive: true });
    for (const end of ["touchend", "touchmove", "touchcancel"]) body.addEventListener(end, () => clearTimeout(timer), { passive: true });
  }

  edited(chat, entry) {
    const row = chat.rows.get(entry.message.id);
    if (!row) return;
    const body = drawMessage(entry.message, this.press);
    row.querySelector(".speech").replaceWith(body);
    this.ownable(body, entry);
    row.querySelector(".seen").textContent = "แก้ไขแล้ว";
  }

  unsent(chat, entry) {
    chat.rows.get(entry.message_id)?.remove();
    chat.lastSpeaker = "";
    chat.list.append(make("div", { cls: "day", text: `${entry.name || "คุณ"}ยกเลิกข้อความแล้ว` }));
  }

  note(chat, entry) {
    chat.lastSpeaker = "";
    chat.list.append(make("div", { cls: "day", text: NOTES[entry.what] }));
  }

  read(chat, entry) {
    if (entry.status !== 200) return;
    for (const seen of chat.list.querySelectorAll(".row.mine .seen:empty")) seen.textContent = "อ่านแล้ว";
  }

  loading(chat, entry) {
    const left = entry.at + entry.seconds * 1000 - Date.now();
    this.stopLoading(chat);
    if (left <= 0) return;
    const dots = make("div", { cls: "speech dots", attrs: { role: "status", "aria-label": "กำลังตอบ" }, kids: [make("i"), make("i"), make("i")] });
    const face = make("div", { cls: "face bot", text: "ก.พ.ร.", attrs: { "aria-hidden": "true" } });
    chat.dots = make("div", { cls: "row theirs first", kids: [face, dots] });
    chat.list.append(chat.dots);
    chat.dotsTimer = setTimeout(() => this.stopLoading(chat), left);
  }

  stopLoading(chat) {
    clearTimeout(chat.dotsTimer);
    chat.dots?.remove();
    chat.dots = null;
  }

  showQuick() {
    const chat = this.chat(this.shown);
    this.quick.hidden = chat.quick.length === 0;
    this.quick.replaceChildren(...chat.quick.map(({ action }) =>
      make("button", { attrs: { type: "button" }, text: action.label, on: { click: () => { chat.quick = []; this.showQuick(); this.press(action); } } })));
  }
}
