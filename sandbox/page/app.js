// The demo's page: a phone that can be handed from one person to the next. Holds what the chats contain and puts the
// one that is open on the screen.

import { startComposer } from "./composer.js";
import { make, messageItem, tone } from "./message.js";
import { alertDialog, copyFrom, hideToast, speak, toast } from "./notices.js";
import { goToEnd, grew } from "./scrolling.js";
import { act, listen, read } from "./server.js";

/** As many as the emulator keeps. */
const MESSAGES_AT_MOST = 1000;
/** Telegram stops waiting for an answer to a pressed button about then. */
const ANSWER_WITHIN_MS = 15_000;
const TYPING_MS = 5000;

const byId = (id) => document.getElementById(id);
const log = byId("log");

/** What the page is called and whose phones there are: `{ title, seats: [{ person, chat, role, hint, suggestion }] }`. */
let cast;
/** `{ bot, people, chats }` of the emulator, the last two by id. */
let world;
/** Messages by chat and id. */
const history = new Map();
/** Each seat of the cast with `seen` (the last message that was on its screen), `draft` and its button. */
let seats = [];
/** The seat whose screen is shown. */
let open;
/** The items on the screen by message id. */
const items = new Map();

const composer = startComposer({
  send: say,
  commands: () => read(`/sandbox/commands?chat=${open.chat}&person=${open.person}`).catch(() => []),
});

const listenAgain = listen({
  path: "/sandbox/events",
  opened: readEverything,
  happened,
  lost: () => showStatus("connecting…"),
});

// --- What the server says -------------------------------------------------------------------------------------------

async function readEverything() {
  const [newCast, newWorld] = await Promise.all([read("/page/cast.json"), read("/sandbox/world")]);
  const chats = [...new Set(newCast.seats.map((seat) => seat.chat))];
  const messages = await Promise.all(chats.map((chat) => read(`/sandbox/chats/${chat}/messages`)));
  cast = newCast;
  const keyed = (list) => new Map(list.map((item) => [item.id, item]));
  world = { ...newWorld, people: keyed(newWorld.people), chats: keyed(newWorld.chats) };
  chats.forEach((chat, at) => history.set(chat, keyed(messages[at])));
  takeSeats();
}

function happened(event) {
  switch (event.kind) {
    case "message":
    case "edited":
      return put(event);
    case "deleted":
      return remove(event);
    case "toast":
      return answered(event);
    case "typing":
      return showTyping(event.chat);
    case "chat":
    case "missed":
      return listenAgain();
  }
}

function put(message) {
  const chat = history.get(message.chat);
  const known = chat?.get(message.id);
  // What was read afresh may be newer than an event on its way.
  if (!chat || known?.edit_count > message.edit_count) return;
  chat.set(message.id, message);
  if (chat.size > MESSAGES_AT_MOST) remove(chat.values().next().value);
  if (message.chat === open.chat) showMessage(message, !known);
  if (!known) countUnread();
}

function remove({ chat, id }) {
  history.get(chat)?.delete(id);
  if (chat === open.chat) {
    items.get(id)?.remove();
    items.delete(id);
  }
}

// --- Seats ----------------------------------------------------------------------------------------------------------

/** Lays out the seats, keeping what was known about each. */
function takeSeats() {
  const before = new Map(seats.map((seat) => [`${seat.person} ${seat.chat}`, seat]));
  seats = cast.seats.map((seat) => {
    const last = lastId(seat.chat);
    const known = before.get(`${seat.person} ${seat.chat}`);
    const kept = { seen: Math.min(known?.seen ?? last, last), draft: known?.draft ?? "" };
    return { ...seat, ...kept, button: seatButton(seat) };
  });
  byId("seats").replaceChildren(...seats.map((seat) => seat.button));
  seats.forEach((seat) => seat.button.addEventListener("click", () => sit(seat)));
  const same = seats.find((seat) => seat.person === open?.person && seat.chat === open?.chat);
  sit(same ?? seats[0]);
}

const lastId = (chat) => Math.max(0, ...history.get(chat).keys());
const isGroup = (chat) => chat < 0;
const personName = (id) => world.people.get(id)?.first_name ?? "Someone";
const nameOf = (id) => (id === world.bot.id ? cast.title : personName(id));

function seatButton({ person, chat, role }) {
  const name = isGroup(chat) ? world.chats.get(chat).title : personName(person);
  const face = make("span", `face ${tone(isGroup(chat) ? chat : person)}`, make("span", "", initial(name)));
  if (isGroup(chat)) face.append(make("span", `viewer ${tone(person)}`, initial(personName(person))));
  face.append(make("span", "badge"));
  const button = make("button", "seat", face, make("strong", "", name), make("small", "", role));
  button.type = "button";
  return button;
}

const initial = (name) => [...name][0] ?? "?";

/** Shows this seat's chat. */
function sit(seat) {
  const isMove = seat.person !== open?.person || seat.chat !== open?.chat;
  if (isMove && open) open.draft = composer.draft;
  open = seat;
  seats.forEach((other) => other.button.setAttribute("aria-current", String(other === seat)));
  if (isMove) {
    seat.button.scrollIntoView({ block: "nearest", inline: "nearest" });
    composer.draft = seat.draft;
    hideToast();
  }
  showHeader();
  showHint();
  items.clear();
  log.replaceChildren();
  for (const message of history.get(seat.chat).values()) place(message);
  countUnread();
  goToEnd("instant");
  if (isMove && matchMedia("(hover: hover)").matches) composer.focus();
}

function countUnread() {
  open.seen = lastId(open.chat);
  let total = 0;
  for (const seat of seats) {
    const messages = [...history.get(seat.chat).values()];
    const unread = messages.filter(({ id, from }) => id > seat.seen && from.id !== seat.person).length;
    const badge = seat.button.querySelector(".badge");
    badge.textContent = unread ? String(Math.min(unread, 99)) : "";
    const name = seat.button.querySelector("strong").textContent;
    seat.button.setAttribute("aria-label", `${name}, ${seat.role}${unread ? `, ${unread} unread` : ""}`);
    total += unread;
  }
  document.title = total ? `(${total}) ${cast.title} demo` : `${cast.title} demo`;
}

function showHeader() {
  const portrait = byId("portrait");
  byId("title").textContent = isGroup(open.chat) ? world.chats.get(open.chat).title : cast.title;
  if (isGroup(open.chat)) {
    portrait.className = `face ${tone(open.chat)}`;
    portrait.replaceChildren(initial(world.chats.get(open.chat).title));
  } else {
    portrait.className = "face";
    portrait.replaceChildren(Object.assign(make("img"), { src: "/page/logo.svg", alt: "" }));
  }
  showStatus();
}

let typingTimer;

/** The line below the title; without `text`, who is in the chat. */
function showStatus(text) {
  clearTimeout(typingTimer);
  const members = () => [...world.chats.get(open.chat).members.map(personName), cast.title].join(", ");
  byId("status").textContent = text ?? (isGroup(open.chat) ? members() : "bot");
}

function showTyping(chat) {
  if (chat !== open.chat) return;
  showStatus("typing…");
  typingTimer = setTimeout(showStatus, TYPING_MS);
}

/** A hint goes with the first thing that is done at its seat, for as long as the tab lives. */
const hintKey = () => `no hint ${open.person} ${open.chat}`;

function showHint() {
  byId("hint").hidden = !open.hint || sessionStorage.getItem(hintKey()) !== null;
  byId("hint-text").textContent = open.hint;
  byId("hint-try").textContent = open.suggestion;
}

function dropHint() {
  sessionStorage.setItem(hintKey(), "");
  showHint();
}

byId("hint-close").addEventListener("click", dropHint);
byId("hint-try").addEventListener("click", () => say(open.suggestion));

// --- Messages -------------------------------------------------------------------------------------------------------

/** Pressed buttons that wait for their answer, as `person chat message data`. */
const pending = new Set();
const pendingKey = (message, data) => [open.person, message.chat, message.id, data].join(" ");

/** Puts a message into the log, over its older self or at the end. */
function place(message) {
  const item = messageItem(message, {
    me: open.person,
    nameOf,
    isGroup: isGroup(open.chat),
    isPending: (data) => pending.has(pendingKey(message, data)),
  });
  item.dataset.id = message.id;
  const old = items.get(message.id);
  const focus = old?.contains(document.activeElement) ? (document.activeElement.dataset.at ?? "0/0") : null;
  if (old) old.replaceWith(item);
  else log.append(item);
  items.set(message.id, item);
  if (focus) (item.querySelector(`[data-at="${focus}"]`) ?? item.querySelector(".key") ?? log).focus({ preventScroll: true });
  return item;
}

function showMessage(message, isNew) {
  const item = place(message);
  if (!isNew) return grew(0);
  item.classList.add("new");
  if (message.from.id === open.person) return goToEnd();
  showStatus();
  speak(`${nameOf(message.from.id)}: ${message.text}`);
  grew(1);
}

log.addEventListener("click", ({ target }) => tapped(target.closest("[data-press], [data-copy], [data-command], [data-reveal]")));
log.addEventListener("keydown", (event) => {
  const isStyledText = event.target.getAttribute("role") === "button";
  if (!isStyledText || (event.key !== "Enter" && event.key !== " ")) return;
  event.preventDefault();
  tapped(event.target);
});

function tapped(element) {
  if (!element) return;
  const { press, copy, command, reveal } = element.dataset;
  if (press !== undefined) void pressButton(element, press);
  else if (copy !== undefined) void copyFrom(element, copy);
  else if (command !== undefined) void say(command);
  else if (reveal !== undefined) element.classList.add("revealed");
}

// --- What the person does -------------------------------------------------------------------------------------------

async function say(text) {
  const { person, chat } = open;
  dropHint();
  try {
    await act("/sandbox/say", { person, chat, text });
  } catch (error) {
    complain(error);
  }
}

async function pressButton(element, data) {
  const { person, chat } = open;
  const message = { chat, id: Number(element.closest("li").dataset.id) };
  const key = pendingKey(message, data);
  dropHint();
  pending.add(key);
  element.setAttribute("aria-busy", "true");
  try {
    const { query_id } = await act("/sandbox/press", { person, chat, message: message.id, data });
    await answerTo(query_id);
  } catch (error) {
    complain(error);
  }
  pending.delete(key);
  // The message may have been drawn again since.
  for (const button of items.get(message.id)?.querySelectorAll("[data-press]") ?? []) {
    button.setAttribute("aria-busy", String(pending.has(pendingKey(message, button.dataset.press))));
  }
}

function complain(error) {
  toast(error instanceof TypeError ? "The demo does not answer. Is it still running?" : `That did not work: ${error.message}.`);
}

/** Answered queries, of which an answer may come before the press itself returns, and who waits for which. */
const answers = new Set();
const waiting = new Map();

function answered({ query, person, text, alert }) {
  answers.add(query);
  if (answers.size > MESSAGES_AT_MOST) answers.delete(answers.values().next().value);
  waiting.get(query)?.();
  if (person !== open.person || !text) return;
  if (alert) alertDialog(text);
  else toast(text);
}

function answerTo(query) {
  if (answers.has(query)) return;
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      waiting.delete(query);
      resolve();
    };
    const timer = setTimeout(done, ANSWER_WITHIN_MS);
    waiting.set(query, done);
  });
}
