// The person at the phone: who they are, what they do, and the loop that fetches what happened.

import { Talk } from "./talk.js";
import { Developer } from "./developer.js";
import { drawRichMenu } from "./messages.js";
import { popups, toast } from "./popups.js";

const POLL_MS = 500;
const POLL_HIDDEN_MS = 4000;
const byId = (id) => document.getElementById(id);

const newId = () => "U" + Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
const kept = (name, first) => {
  if (!sessionStorage.getItem(name)) sessionStorage.setItem(name, first());
  return sessionStorage.getItem(name);
};
const newcomer = !sessionStorage.getItem("person");
const tab = kept("person", newId);
const colleague = kept("colleague", newId);
const account = document.body.dataset.account;

const state = { group: false, asColleague: false, editing: null, blocked: false, run: "", last: 0 };
const chatId = () => (state.group ? "C" + tab.slice(1) : tab);

/** Do something as the person; the server makes LINE's webhook of it. */
async function act(kind, more = {}) {
  const person = state.group && state.asColleague ? { person: colleague, name: "คุณสมศรี" } : { person: tab, name: "คุณ" };
  try {
    const response = await fetch("act", {
      method: "POST", headers: { "content-type": "application/json" },
      body: JSON.stringify({ tab, group: state.group, kind, ...person, ...more }),
    });
    if (!response.ok) return toast(`ส่งไม่ได้ (${response.status})`);
    const { status } = await response.json();
    if (status === null) toast(kind === "redeliver" ? "ยังไม่มีเหตุการณ์ให้ส่งซ้ำ" : "บล็อกบัญชีนี้อยู่");
    else if (status !== 200) toast(status ? `webhook ตอบ ${status}` : "ส่งไม่ถึง webhook");
  } catch {
    toast("ติดต่อเครื่องจำลองไม่ได้");
  }
  poll();
}

/** Press a button, quick reply or menu area. */
function press(action) {
  if (action.type === "postback") {
    act("postback", { data: action.data, display_text: action.displayText || action.text || "" });
    if (action.inputOption === "openRichMenu") openMenu(true);
    if (action.inputOption === "closeRichMenu") openMenu(false);
    if (action.inputOption === "openKeyboard") { text.value = action.fillInText || ""; text.focus(); }
  } else if (action.type === "message") act("text", { text: action.text });
  else if (action.type === "uri" && /^(https?|tel|line):/.test(action.uri)) window.open(action.uri, "_blank", "noopener,noreferrer");
  else if (action.type === "clipboard") copy(action.clipboardText);
  else toast("เครื่องจำลองไม่มีปุ่มชนิดนี้");
}

async function copy(words) {
  await navigator.clipboard.writeText(words);
  toast("คัดลอกแล้ว");
}

const text = byId("text");
const developer = new Developer(byId("rows"), byId("rows-empty"));
const talk = new Talk({ log: byId("talk"), quick: byId("quick"), me: tab, account, press, own: (...what) => own(...what) });

// what was said can be taken back by who said it, whoever is speaking now
function own(node, message, author) {
  const menu = byId("own-menu");
  menu.querySelector("[data-own=edit]").hidden = !(state.group && message.type === "text");
  menu.querySelector("[data-own=copy]").hidden = message.type !== "text";
  popups.open(menu, node, (chosen) => {
    if (chosen.dataset.own === "unsend") act("unsend", { message_id: message.id, ...author });
    if (chosen.dataset.own === "copy") copy(message.text);
    if (chosen.dataset.own === "edit") { state.editing = { message_id: message.id, ...author }; text.value = message.text; text.focus(); fit(); }
  });
}

function send() {
  const words = text.value;
  if (!words.trim()) return;
  if (state.editing) act("edit", { text: words, ...state.editing });
  else act("text", { text: words });
  state.editing = null;
  text.value = "";
  fit();
}

function fit() {
  text.style.height = "auto";
  text.style.height = `${Math.min(text.scrollHeight, 120)}px`;
  byId("composer").classList.toggle("writing", text.value.trim() !== "");
}

byId("composer").addEventListener("submit", (event) => { event.preventDefault(); send(); });
text.addEventListener("input", fit);
text.addEventListener("focus", () => openMenu(false));
text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); send(); }
  if (event.key === "Escape") { state.editing = null; text.value = ""; fit(); }
});
for (const button of document.querySelectorAll("[data-send]")) button.addEventListener("click", () => act(button.dataset.send));
byId("attach").addEventListener("click", () => popups.toggle(byId("attach-menu"), byId("attach")));

// rich menu
function openMenu(open) {
  byId("rich-menu").hidden = !open;
  byId("menu-toggle").setAttribute("aria-expanded", String(open));
}
byId("menu-toggle").addEventListener("click", () => openMenu(byId("rich-menu").hidden));
for (const tile of byId("tiles").children)
  tile.addEventListener("click", () => press({ type: "postback", data: tile.dataset.data, displayText: tile.textContent.trim() }));

function showMenu({ menu, definition }) {
  byId("rich-menu").querySelector(".picture-menu")?.remove();
  byId("tiles").hidden = Boolean(menu);
  if (menu) byId("rich-menu").append(drawRichMenu(menu, definition, press));
}

// one person or a group
function setGroup(group) {
  state.group = group;
  byId("group-switch").setAttribute("aria-pressed", String(group));
  byId("group-bar").hidden = !group;
  byId("title").textContent = group ? "กลุ่มงานพัฒนาระบบ (3)" : account;
  document.body.classList.toggle("in-group", group);
  openMenu(false);
  byId("menu-toggle").hidden = group;
  talk.show(chatId());
}
byId("group-switch").addEventListener("click", () => {
  setGroup(!state.group);
  if (state.group && !sessionStorage.getItem("invited")) { sessionStorage.setItem("invited", "yes"); act("join"); }
});
function speakAs(asColleague) {
  state.asColleague = asColleague;
  byId("speak-self").setAttribute("aria-pressed", String(!asColleague));
  byId("speak-colleague").setAttribute("aria-pressed", String(asColleague));
}
byId("speak-self").addEventListener("click", () => speakAs(false));
byId("speak-colleague").addEventListener("click", () => speakAs(true));
byId("mention").addEventListener("click", () => {
  text.value = `@${account} ${text.value}`;
  text.focus();
  fit();
});

// the chat's menu
byId("more").addEventListener("click", () => {
  const menu = byId("more-menu");
  for (const [name, shown] of [["block", !state.group], ["invite", state.group], ["expel", state.group]])
    menu.querySelector(`[data-do=${name}]`).hidden = !shown;
  menu.querySelector("[data-do=block]").textContent = state.blocked ? "เลิกบล็อกบัญชี" : "บล็อกบัญชี";
  popups.toggle(menu, byId("more"), (chosen) => DO[chosen.dataset.do]());
});
const DO = {
  redeliver: () => act("redeliver"),
  block: () => act(state.blocked ? "follow" : "unfollow"),
  invite: () => act("join"),
  expel: () => act("leave"),
  slack: () => { location.href = "slack"; },
  "new-person": () => { sessionStorage.clear(); location.reload(); },
};
byId("dev-redeliver").addEventListener("click", DO.redeliver);
byId("dev-clear").addEventListener("click", () => developer.clear());

// what happened
function take(entry) {
  developer.take(entry);
  if (entry.kind === "menu") showMenu(entry);
  else if (entry.chat) talk.take(entry);
  if (entry.kind === "note" && ["follow", "unfollow"].includes(entry.what)) state.blocked = entry.what === "unfollow";
}

let timer = 0;
let fetching = false;
async function poll() {
  if (fetching) return;
  fetching = true;
  clearTimeout(timer);
  try {
    const answer = await (await fetch(`events?person=${tab}&after=${state.last}`)).json();
    if (state.run && answer.run !== state.run) { location.reload(); return; }
    state.run = answer.run;
    for (const entry of answer.events) { take(entry); state.last = entry.n; }
  } catch {
    // the server is away for a moment; the next round tells
  }
  fetching = false;
  timer = setTimeout(poll, document.hidden ? POLL_HIDDEN_MS : POLL_MS);
}
document.addEventListener("visibilitychange", poll);

talk.show(chatId());
if (newcomer) act("follow");
else poll();
