// One message of Discord's as a list item: who, what, files, buttons and lists. Knows nothing of who listens: what a tap
// does is written in `data-` attributes.

import { withText } from "./discord-text.js";
import { icon, make, tone } from "./message.js";

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });

/** Messages of one author within so many minutes stand together. */
const TOGETHER_MS = 7 * 60_000;

/** A round picture of somebody; the bot has the logo. */
export function avatar({ id, name, isBot }) {
  if (isBot) return make("span", "avatar", Object.assign(make("img"), { src: "/page/logo.svg", alt: "" }));
  return make("span", `avatar ${tone(Number(id.slice(-6)))}`, [...name][0] ?? "?");
}

/**
 * @param message as the emulator shows it
 * @param before  the message above it, or undefined
 * @param people  who there is, by id: `{ id, name, isBot }`
 * @param me      the id of the person who looks
 */
export function messageItem(message, before, { people, me }) {
  const author = people.get(message.author_id);
  const item = make("li", "message");
  const isJoined =
    before?.author_id === message.author_id && !message.used && message.at_ms - before.at_ms < TOGETHER_MS;
  item.classList.toggle("joined", isJoined && before.only_for === message.only_for);
  item.classList.toggle("alone", message.only_for !== null);
  item.classList.toggle("calling", message.pings_everyone || message.pings.includes(me));
  if (message.used) item.append(usedBy(message.used, people));
  if (!item.classList.contains("joined")) item.append(avatar(author), head(author, message));
  const body = make("div", "body");
  if (message.is_thinking) body.append(thinking(author.name));
  else body.append(text(message, people), ...message.files.map((file) => picture(message, file)));
  body.append(...message.rows.map(row));
  if (message.only_for !== null) body.append(onlyYou());
  item.append(body);
  return item;
}

function head(author, message) {
  const time = make("time", "", clock.format(message.at_ms));
  time.dateTime = new Date(message.at_ms).toISOString();
  const name = make("strong", author.isBot ? "" : tone(Number(author.id.slice(-6))), author.name);
  return make("div", "head", name, ...(author.isBot ? [make("span", "tag", "APP")] : []), time);
}

/** "Ann used /buy", above what answers it. */
function usedBy({ person, command }, people) {
  const user = people.get(person);
  return make("div", "used", avatar(user), make("strong", "", user.name), " used ", make("span", "mention", `/${command}`));
}

function text(message, people) {
  return withText(make("div", "text"), message.content, people);
}

function thinking(name) {
  const dots = make("span", "dots", make("i"), make("i"), make("i"));
  return make("div", "thinking", dots, `${name} is thinking…`);
}

function picture(message, { id, filename }) {
  return Object.assign(make("img", "picture"), { src: `/discord/sandbox/files/${message.id}/${id}`, alt: filename });
}

function onlyYou() {
  const dismiss = Object.assign(make("button", "dismiss", "Dismiss message"), { type: "button" });
  dismiss.dataset.dismiss = "";
  return make("div", "only-you", icon("eye"), "Only you can see this • ", dismiss);
}

function row(components) {
  return make("div", "row", ...components.map((it) => (it.kind === "select" ? list(it) : key(it))));
}

function key(button) {
  const element = make("button", "key", make("span", "label", button.label));
  element.type = "button";
  element.disabled = button.is_disabled;
  element.dataset.style = button.style;
  element.dataset.press = button.custom_id ?? "";
  return element;
}

/** A closed list; the app opens it. */
function list(select) {
  const options = select.options.map(({ label, value }) => {
    const option = make("li", "", label);
    option.dataset.choose = value;
    option.tabIndex = 0;
    option.setAttribute("role", "option");
    return option;
  });
  const opener = make("button", "opener", select.placeholder ?? "Make a selection", icon("down"));
  Object.assign(opener, { type: "button", disabled: select.is_disabled });
  opener.dataset.open = "";
  opener.setAttribute("aria-expanded", "false");
  const choices = make("ul", "choices", ...options);
  choices.setAttribute("role", "listbox");
  choices.hidden = true;
  const element = make("div", "select", opener, choices);
  element.dataset.select = select.custom_id;
  return element;
}
