// The person in the workspace: where they are, what they do, and the loop that fetches what happened.

import { Developer } from "./developer.js";
import { make } from "./dom.js";
import { toast } from "./popups.js";
import { drawBlocks, filled } from "./slack_blocks.js";
import { Place } from "./slack_talk.js";

const POLL_MS = 500;
const POLL_HIDDEN_MS = 4000;
const LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const byId = (id) => document.getElementById(id);
const newId = () => "U" + Array.from(crypto.getRandomValues(new Uint8Array(10)), (byte) => LETTERS[byte % LETTERS.length]).join("");
const kept = (name) => {
  if (!sessionStorage.getItem(name)) sessionStorage.setItem(name, newId());
  return sessionStorage.getItem(name);
};
const newcomer = !sessionStorage.getItem("slack-person");
const [tab, colleague] = [kept("slack-person"), kept("slack-colleague")];
const { account, mention } = document.body.dataset;
const TITLES = { D: account, C: "# งานพัฒนาระบบ", H: "หน้าแรกของแอป" };
const state = { place: "D", thread: "", editing: null, run: "", last: 0, invited: false, prompts: [] };

/** Do something as the person; the server makes Slack's request of it. */
async function act(kind, more = {}) {
  const speaker = state.place === "C" && byId("colleague").checked ? colleague : tab;
  const place = state.place === "C" ? "C" : "D";
  try {
    const response = await fetch("slack/act", {
      method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ tab, person: speaker, kind, place, ...more }),
    });
    if (!response.ok) return toast(`ส่งไม่ได้ (${response.status})`);
    const { status } = await response.json();
    if (status === null) toast("ยังไม่มีเหตุการณ์ให้ส่ง");
    else if (status !== 200) toast(status ? `webhook ตอบ ${status}` : "ส่งไม่ถึง webhook");
  } catch {
    toast("ติดต่อเครื่องจำลองไม่ได้");
  }
  poll();
}

// places
const text = byId("text");
const make_place = (letter) => new Place({
  account, names: { [tab]: "คุณวิชัย", [colleague]: "คุณสมศรี" }, me: [tab, colleague], calls: { U0000CLINIC: mention },
  press: (value, block, entry) => act("press", { value, block_id: block, ts: entry.ts, place: letter }),
  reply: (thread) => setThread(thread),
  edit: (entry) => { state.editing = entry; text.value = written(entry.message.text); setThread(entry.thread); },
  remove: (entry) => act("delete", { ts: entry.ts, place: letter, person: entry.speaker }),
});
const places = { D: make_place("D"), C: make_place("C") };
const home = make("div", { cls: "home", kids: [make("p", { cls: "gone", text: "กำลังเปิดหน้าแรก…" })] });
const written = (words) => words.replaceAll("<@U0000CLINIC>", mention).replace(/&(amp|lt|gt);/g, (entity) => ({ "&amp;": "&", "&lt;": "<", "&gt;": ">" })[entity]);

function show(place) {
  state.place = place;
  for (const button of document.querySelectorAll("[data-place]")) button.setAttribute("aria-pressed", String(button.dataset.place === place));
  byId("title").textContent = TITLES[place];
  byId("talk").replaceChildren(place === "H" ? home : places[place].list);
  byId("composer").hidden = place === "H";
  byId("speaker").hidden = place !== "C";
  byId("mention").hidden = place !== "C";
  text.placeholder = place === "C" ? `ถามด้วย ${mention} หรือ /clinic` : "พิมพ์คำถาม";
  setThread("");
  showPrompts();
  reveal();
}

function arrive(place) {
  show(place);
  if (place === "C" && !state.invited) { state.invited = true; act("invite"); }
  if (place === "D") act("open", { where: "messages" });
  if (place === "H") act("open", { where: "home" });
}
for (const button of document.querySelectorAll("[data-place]")) button.addEventListener("click", () => arrive(button.dataset.place));

function setThread(thread) {
  state.thread = thread;
  byId("target").hidden = !thread && !state.editing;
  byId("target-name").textContent = state.editing ? "แก้ไขข้อความ" : "ตอบในเธรด";
  if (thread || state.editing) text.focus();
}
byId("target-off").addEventListener("click", () => { state.editing = null; text.value = ""; setThread(""); });

function reveal() {
  const log = byId("talk");
  const last = state.place === "H" ? null : [...log.querySelectorAll(".message")].at(-1);
  if (last && last.offsetHeight > log.clientHeight * 0.6) last.scrollIntoView({ block: "start" });
  else if (state.place !== "H") log.scrollTop = log.scrollHeight;
}

function showPrompts() {
  const node = byId("prompts");
  node.hidden = state.place !== "D" || state.prompts.length === 0;
  node.replaceChildren(...state.prompts.map(({ title, message }) =>
    make("button", { text: title, attrs: { type: "button" }, on: { click: () => { state.prompts = []; showPrompts(); act("text", { text: message }); } } })));
}

// writing
function send() {
  const words = text.value.trim();
  if (!words) return;
  if (state.editing) act("edit", { text: words, ts: state.editing.ts, person: state.editing.speaker });
  else if (/^\/clinic(\s|$)/.test(words)) act("command", { text: words.slice(7).trim() });
  else act("text", { text: words, thread: state.thread });
  state.editing = null;
  text.value = "";
  setThread(state.thread);
}
byId("composer").addEventListener("submit", (event) => { event.preventDefault(); send(); });
text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); send(); }
});
const insert = (words) => { text.value = `${words} ${text.value}`; text.focus(); };
byId("mention").addEventListener("click", () => insert(mention));
byId("command").addEventListener("click", () => insert("/clinic"));
for (const id of ["redeliver", "dev-redeliver"]) byId(id).addEventListener("click", () => act("redeliver"));

// modals and the home tab
const modal = byId("modal");
byId("modal-close").addEventListener("click", () => modal.close());
modal.addEventListener("click", (event) => { if (event.target === modal) modal.close(); });

function showView({ view, at }) {
  if (Date.now() - at > 10_000) return; // an old one, fetched after a reload
  byId("modal-title").textContent = view.title.text;
  byId("modal-close").textContent = view.close ? view.close.text : "ปิด";
  byId("modal-body").replaceChildren(drawBlocks(view.blocks, (value, block) => act("press", { value, block_id: block, view })));
  const submit = byId("modal-submit");
  submit.hidden = !view.submit;
  submit.textContent = view.submit?.text || "";
  submit.onclick = () => { act("submit", { view: { ...view, state: { values: filled(modal) } } }); modal.close(); };
  if (!modal.open) modal.showModal();
  byId("modal-body").scrollTop = 0;
}

function showHome({ view }) {
  home.replaceChildren(drawBlocks(view.blocks, (value, block) => { act("press", { value, block_id: block, view }); show("D"); }));
}

// what happened
const developer = new Developer(byId("rows"), byId("rows-empty"));
byId("dev-clear").addEventListener("click", () => developer.clear());
function take(entry) {
  developer.take(entry);
  if (entry.kind === "view") return showView(entry);
  if (entry.kind === "home") return showHome(entry);
  const letter = entry.channel?.[0];
  if (entry.kind === "prompts") { state.prompts = entry.prompts; showPrompts(); }
  if (!places[letter] || !["said", "changed", "deleted", "status"].includes(entry.kind)) return;
  places[letter][entry.kind](entry);
  if (letter === state.place) reveal();
}

let timer = 0;
let fetching = false;
async function poll() {
  if (fetching) return;
  fetching = true;
  clearTimeout(timer);
  try {
    const answer = await (await fetch(`slack/events?person=${tab}&after=${state.last}`)).json();
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

if (newcomer) arrive("D");
else { show("D"); poll(); }
