// The demo's Discord page: a server with channels, each person's direct messages, and the slash-command box. Holds who
// plays and which place is open; what the emulator shows there is read afresh whenever something changed.

import { startComposer } from "./discord-composer.js";
import { askForm } from "./discord-form.js";
import { avatar, messageItem } from "./discord-message.js";
import { icon, make } from "./message.js";
import { copyFrom, speak, toast } from "./notices.js";
import { goToEnd, grew } from "./scrolling.js";
import { act, listen, read } from "./server.js";

const HERE = "/discord/sandbox";
/** Discord waits so long for a bot's first answer. */
const ANSWER_WITHIN_MS = 3500;
const LOOK_AGAIN_MS = 100;

const byId = (id) => document.getElementById(id);
const log = byId("log");

/** `{ title, players: [{ person, role, hint, command }] }` */
let cast;
/** People by id, the bot among them: `{ id, name, isBot }`. */
let people;
/** `{ id, kind, name }`: the server's channels, and the direct messages of who plays. */
let places = [];
let directOf = new Map();
let server;
/** Who plays, and the place that is open. */
let me;
let place;
/** What each person has on their screen in each place, by `person place`. */
const screens = new Map();
/** The last message that was seen, and dismissed messages. */
const seen = new Map();
const dismissed = new Set();
/** Items on the screen by message id, with what they show. */
let shown = new Map();
/** Buttons that wait for their answer, as `message custom_id`. */
const pending = new Set();

const key = (person, where) => `${person} ${where}`;

const composer = startComposer({
  say: (text) => attempt(act(`${HERE}/say`, { person: me.person, channel: place.id, text })),
  run: (command, options) =>
    interact(act(`${HERE}/commands`, { person: me.person, channel: place.id, line: `/${command.name}`, options })),
  commands: () => offered(),
  suggest: (command, options, option, text) =>
    act(`${HERE}/autocomplete`, { person: me.person, channel: place.id, line: `/${command.name}`, options, option, text }),
  people: () => [...people.values()].filter(({ isBot }) => !isBot),
});

listen({
  path: `${HERE}/events`,
  opened: readEverything,
  happened: refresh,
  lost: () => toast("The demo does not answer. Is it still running?"),
});

// --- What there is ----------------------------------------------------------------------------------------------------

async function readEverything() {
  const [newCast, world] = await Promise.all([read("/page/cast.json"), read(`${HERE}/world`)]);
  cast = newCast;
  const everybody = [...world.people.map((it) => ({ ...it, isBot: false })), { ...world.bot, isBot: true }];
  people = new Map(everybody.map((it) => [it.id, it]));
  server = world.guilds[0];
  const direct = world.channels.filter(({ kind }) => kind === "dm");
  directOf = new Map(direct.map(({ id, person }) => [person, { id, kind: "dm", name: world.bot.name }]));
  places = world.channels.filter(({ kind }) => kind === "text");
  await readScreens();
  for (const [where, messages] of screens) if (!seen.has(where)) seen.set(where, messages.at(-1)?.id);
  const player = cast.players.find(({ person }) => person === me?.person) ?? cast.players[0];
  play(player, place?.kind === "dm" ? directOf.get(player.person) : (place ?? places.at(-1)));
}

async function readScreens() {
  const wanted = cast.players.flatMap(({ person }) => [...places, directOf.get(person)].map(({ id }) => [person, id]));
  const found = await Promise.all(wanted.map(([person, id]) => read(`${HERE}/channels/${id}/messages/${person}`)));
  wanted.forEach(([person, id], at) => screens.set(key(person, id), found[at]));
}

/** The commands for who plays, with the words of their language. */
async function offered() {
  const commands = await read(`${HERE}/offered/${place.id}/${me.person}`).catch(() => []);
  const { locale } = people.get(me.person);
  const word = (it, name) => it[`${name}_localizations`]?.[locale] ?? it[name] ?? "";
  const told = (it) => ({ ...it, shown: word(it, "name"), about: word(it, "description") });
  return commands.map((it) => ({ ...told(it), options: (it.options ?? []).map(told) }));
}

/** One reading at a time; what changed meanwhile is read after it. */
let reading = null;
let isStale = false;

async function refresh() {
  isStale = true;
  if (reading) return;
  while (isStale) {
    isStale = false;
    reading = readScreens();
    try {
      await reading;
      draw(false);
    } catch {
      // The stream of events begins anew and reads everything.
    }
    reading = null;
  }
}

// --- Who plays, and where -----------------------------------------------------------------------------------------------

function play(player, where) {
  const isMove = player !== me || where?.id !== place?.id;
  me = player;
  place = where;
  if (isMove) composer.drop();
  composer.place = place.kind === "dm" ? `@${place.name}` : `#${place.name}`;
  document.title = `${cast.title} demo`;
  showFrame();
  draw(true);
  showHint();
  if (isMove && matchMedia("(hover: hover)").matches) composer.focus();
}

function showFrame() {
  const isDirect = place.kind === "dm";
  byId("title").textContent = place.name;
  byId("topic").textContent = isDirect ? "Only you and the bot" : "Type / to see what the shop can do";
  byId("place-icon").setAttribute("href", isDirect ? "#icon-at" : "#icon-hash");
  byId("side-title").textContent = isDirect ? "Direct messages" : server.name;
  const listed = isDirect ? [directOf.get(me.person)] : places;
  byId("channels").replaceChildren(...listed.map(channelRow));
  const home = railButton("Direct messages", Object.assign(make("img"), { src: "/page/logo.svg", alt: "" }), isDirect);
  home.addEventListener("click", () => play(me, directOf.get(me.person)));
  home.append(badge(unread(me.person, directOf.get(me.person).id)));
  const initials = server.name.split(" ").map((word) => word[0]).join("");
  const guild = railButton(server.name, initials, !isDirect);
  guild.addEventListener("click", () => play(me, places.at(-1)));
  byId("rail").replaceChildren(home, make("hr"), guild);
  byId("faces").replaceChildren(...cast.players.map(face));
  showMembers(isDirect);
}

function railButton(name, content, isOpen) {
  const button = Object.assign(make("button", "", content), { type: "button", title: name });
  button.setAttribute("aria-label", name);
  button.setAttribute("aria-current", String(isOpen));
  return button;
}

function channelRow(it) {
  const mark = it.kind === "dm" ? avatar({ id: it.id, name: it.name, isBot: true }) : icon("hash");
  const button = make("button", "", mark, it.name, badge(it.id === place.id ? 0 : unread(me.person, it.id)));
  button.type = "button";
  button.setAttribute("aria-current", String(it.id === place.id));
  button.addEventListener("click", () => play(me, it));
  return make("li", "", button);
}

function face(player) {
  const person = people.get(player.person);
  const isMe = player === me;
  const others = [...places.map(({ id }) => id), directOf.get(player.person).id];
  const count = isMe ? 0 : others.reduce((sum, id) => sum + unread(player.person, id), 0);
  const button = make("button", "face", avatar(person), make("strong", "", person.name), make("small", "", player.role), badge(count));
  button.type = "button";
  button.setAttribute("aria-current", String(isMe));
  button.addEventListener("click", () => play(player, place.kind === "dm" ? directOf.get(player.person) : place));
  return button;
}

const badge = (count) => make("span", "badge", count ? String(Math.min(count, 99)) : "");

function unread(person, where) {
  const messages = screens.get(key(person, where)) ?? [];
  const last = messages.findIndex(({ id }) => id === seen.get(key(person, where)));
  return messages.slice(last + 1).filter(({ author_id, used }) => author_id !== person && used?.person !== person).length;
}

function showMembers(isDirect) {
  const row = (person) => {
    const button = make("button", "member", avatar(person), make("span", "", person.name), ...(person.isBot ? [make("span", "tag", "APP")] : []));
    button.type = "button";
    button.addEventListener("click", () => void showApps(button, person));
    return button;
  };
  const [bots, others] = [true, false].map((isBot) => [...people.values()].filter((it) => it.isBot === isBot));
  const shownOthers = isDirect ? others.filter(({ id }) => id === me.person) : others;
  byId("members").replaceChildren(
    make("h3", "", `Apps — ${bots.length}`), ...bots.map(row),
    make("h3", "", `Online — ${shownOthers.length}`), ...shownOthers.map(row),
  );
}

/** What can be done with a person: the bot's entries in the menu below their name. */
async function showApps(button, person) {
  document.querySelectorAll(".apps").forEach((open) => open.remove());
  if (person.isBot) return;
  const entries = (await offered()).filter(({ type }) => type === 2);
  const menu = make("div", "apps", make("h3", "", "Apps"));
  if (!entries.length) menu.append(make("p", "", "Nothing here for you."));
  for (const entry of entries) {
    const item = Object.assign(make("button", "", entry.shown), { type: "button" });
    item.addEventListener("click", () => {
      menu.remove();
      void interact(act(`${HERE}/context`, { person: me.person, channel: place.id, name: entry.name, target: person.id }));
    });
    menu.append(item);
  }
  button.after(menu);
}

document.addEventListener("pointerdown", ({ target }) => {
  if (!target.closest(".apps")) document.querySelectorAll(".apps").forEach((open) => open.remove());
  for (const list of document.querySelectorAll(".select")) if (!list.contains(target)) openList(list, false);
});

// --- Messages -----------------------------------------------------------------------------------------------------------

/** Puts on the screen what is different; anew when another place was opened. */
function draw(isNew) {
  const messages = (screens.get(key(me.person, place.id)) ?? []).filter(({ id }) => !dismissed.has(key(me.person, id)));
  if (isNew) {
    shown = new Map();
    log.replaceChildren(start());
  }
  const left = new Map(shown);
  let fresh = 0;
  messages.forEach((message, at) => {
    const before = messages[at - 1];
    const looks = JSON.stringify([message, before?.id]);
    const old = shown.get(message.id);
    left.delete(message.id);
    if (old?.looks === looks) return;
    const item = messageItem(message, before, { people, me: me.person });
    item.dataset.id = message.id;
    if (old) old.item.replaceWith(item);
    else log.append(item);
    shown.set(message.id, { item, looks });
    if (old || isNew) return;
    item.classList.add("new");
    fresh += 1;
    speak(`${people.get(message.author_id).name}: ${message.content}`);
  });
  for (const [id, { item }] of left) {
    item.remove();
    shown.delete(id);
  }
  showPending();
  seen.set(key(me.person, place.id), screens.get(key(me.person, place.id))?.at(-1)?.id);
  if (isNew) goToEnd("instant");
  else grew(fresh);
  if (!isNew) showFrame();
}

/** What stands above the first message. */
function start() {
  const isDirect = place.kind === "dm";
  const mark = isDirect ? avatar({ id: place.id, name: place.name, isBot: true }) : make("span", "avatar", icon("hash"));
  const words = isDirect
    ? `This is the beginning of your direct messages with ${place.name}.`
    : `This is the start of the #${place.name} channel.`;
  return make("li", "start", mark, make("h2", "", isDirect ? place.name : `Welcome to #${place.name}!`), make("p", "", words));
}

log.addEventListener("click", ({ target }) => tapped(target.closest("[data-press], [data-copy], [data-dismiss], [data-open], [data-choose]")));
log.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.target.dataset.choose === undefined) return;
  event.preventDefault();
  tapped(event.target);
});

function tapped(element) {
  if (!element) return;
  const id = element.closest("li.message").dataset.id;
  const { press, copy, choose, dismiss, open } = element.dataset;
  const list = element.closest(".select");
  if (copy !== undefined) void copyFrom(element, copy);
  else if (open !== undefined) openList(list, element.getAttribute("aria-expanded") === "false");
  else if (choose !== undefined) void useComponent(id, list.dataset.select, { path: "choose", values: [choose] });
  else if (press !== undefined) void useComponent(id, press, { path: "press" });
  else if (dismiss !== undefined) {
    dismissed.add(key(me.person, id));
    draw(false);
  }
}

function openList(list, isOpen) {
  list.querySelector(".choices").hidden = !isOpen;
  list.querySelector(".opener").setAttribute("aria-expanded", String(isOpen));
  if (isOpen) list.querySelector(".choices").scrollIntoView({ block: "nearest" });
}

async function useComponent(message, name, { path, values }) {
  const waits = `${message} ${name}`;
  pending.add(waits);
  showPending();
  await interact(act(`${HERE}/${path}`, { person: me.person, message, name, values }));
  pending.delete(waits);
  showPending();
}

/** Messages may have been drawn again since. */
function showPending() {
  for (const [id, { item }] of shown) {
    for (const part of item.querySelectorAll("[data-press], [data-select]")) {
      const name = part.dataset.press ?? part.dataset.select;
      part.setAttribute("aria-busy", String(pending.has(`${id} ${name}`)));
    }
  }
}

// --- What the person does -----------------------------------------------------------------------------------------------

async function attempt(deed) {
  dropHint();
  goToEnd();
  try {
    return await deed;
  } catch (error) {
    toast(error instanceof TypeError ? "The demo does not answer. Is it still running?" : `That did not work: ${error.message}.`);
    return null;
  }
}

/** Something that the bot has to answer, within Discord's three seconds. */
async function interact(deed) {
  const begun = await attempt(deed);
  if (!begun) return;
  const until = Date.now() + ANSWER_WITHIN_MS;
  while (Date.now() < until) {
    const { answer } = await read(`${HERE}/interactions/${begun.interaction}`);
    if (answer?.modal) return fillForm(begun.interaction, answer.modal);
    if (answer) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
  toast("The application did not respond.");
}

async function fillForm(interaction, modal) {
  const texts = await askForm(modal);
  if (texts) await interact(act(`${HERE}/modals`, { interaction, texts }));
}

// --- Hints --------------------------------------------------------------------------------------------------------------

/** A hint goes with the first thing that is done by its player, for as long as the tab lives. */
const hintKey = () => `no hint on Discord ${me.person}`;

function showHint() {
  byId("hint").hidden = !me.hint || sessionStorage.getItem(hintKey()) !== null;
  byId("hint-text").textContent = me.hint;
  byId("hint-try").textContent = `/${me.command}`;
}

function dropHint() {
  sessionStorage.setItem(hintKey(), "");
  showHint();
}

byId("hint-close").addEventListener("click", dropHint);
byId("hint-try").addEventListener("click", () => void composer.begin(me.command));
