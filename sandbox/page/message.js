// One message as a list item: bubble, file, text, time, and the keyboard below. Knows nothing of who listens: what a tap
// does is written in `data-` attributes.

import { appendText, link } from "./text.js";

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });

/** An element of a class with content; text stays text. */
export function make(tag, className = "", ...content) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...content);
  return element;
}

/** One of the page's own pictograms. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#icon-${name}`);
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

/** One of six colours, always the same for the same id. */
export const tone = (id) => `tone-${Math.abs(id) % 6}`;

/**
 * @param message as the emulator shows it
 * @param me      the person who looks
 * @param nameOf  `(id) => name`
 * @param isGroup whether authors are named above what they say
 * @param isPending `(callbackData) => boolean`: the button was pressed and waits for its answer
 */
export function messageItem(message, { me, nameOf, isGroup, isPending }) {
  if (message.service) return make("li", "service", happening(message, nameOf));
  const item = make("li", `message ${message.from.id === me ? "mine" : "theirs"}`);
  const bubble = make("div", "bubble");
  if (isGroup && message.from.id !== me) {
    const colour = message.from.is_bot ? "" : tone(message.from.id);
    bubble.append(make("span", `author ${colour}`, nameOf(message.from.id)));
  }
  if (message.photo) bubble.append(photo(message.photo));
  if (message.document) bubble.append(file(message.document));
  const text = make("div", "text");
  appendText(text, message.text, message.entities);
  text.append(time(message));
  bubble.append(text);
  item.append(bubble);
  if (message.keyboard.length) {
    item.classList.add("with-keyboard");
    item.append(keyboard(message.keyboard, isPending));
  }
  return item;
}

function time(message) {
  const written = clock.format(message.date);
  const shown = message.edited ? `edited ${written}` : written;
  const element = make("time", "", shown);
  element.dateTime = new Date(message.date).toISOString();
  if (message.edited) element.title = `Edited at ${clock.format(message.edited)}`;
  return element;
}

function photo({ id, filename }) {
  return Object.assign(make("img", "photo"), { src: fileAddress(id), alt: filename });
}

function file({ id, filename, size }) {
  const weight = size < 1024 ? `${size} B` : `${Math.ceil(size / 1024)} KB`;
  const name = make("span", "file-name", make("strong", "", filename), make("small", "", weight));
  return Object.assign(make("a", "file", icon("file"), name), { href: fileAddress(id), download: filename });
}

const fileAddress = (id) => `/sandbox/files/${encodeURIComponent(id)}`;

function keyboard(rows, isPending) {
  const board = make("div", "keyboard");
  rows.forEach((row, y) => {
    const line = make("div", "row");
    row.forEach((button, x) => {
      const key = keyElement(button, isPending);
      key.dataset.at = `${y}/${x}`;
      if (button.style) key.dataset.style = button.style;
      line.append(key);
    });
    board.append(line);
  });
  return board;
}

function keyElement(button, isPending) {
  const label = make("span", "label", button.text);
  if (button.url) {
    const key = link(button.url);
    key.className = "key";
    key.append(label, icon("outside"));
    return key;
  }
  const key = Object.assign(make("button", "key", label), { type: "button" });
  if (button.copy_text !== undefined) {
    key.dataset.copy = button.copy_text;
    key.setAttribute("aria-label", `Copy ${button.copy_text}`);
    key.append(icon("copy"));
  } else if (button.callback_data !== undefined) {
    key.dataset.press = button.callback_data;
    key.setAttribute("aria-busy", String(isPending(button.callback_data)));
  } else {
    key.disabled = true;
  }
  return key;
}

/** Words for what nobody typed. */
function happening({ from, service }, nameOf) {
  const { new_chat_members: joined, left_chat_member: left } = service;
  if (joined) return `${nameOf(from.id)} added ${joined.map(({ id }) => nameOf(id)).join(", ")}`;
  if (left) return `${nameOf(left.id)} left`;
  return "The group changed";
}
