// The typing box and the menu of commands above it. Knows nothing of chats: it asks for commands and hands texts over.

import { make } from "./message.js";

const form = document.getElementById("composer");
const field = document.getElementById("text");
const sendButton = document.getElementById("send");
const menu = document.getElementById("commands");
const menuButton = document.getElementById("slash-button");

/** Calls `send(text)` for what was typed or chosen; `commands()` resolves to the bot's menu. Returns the box. */
export function startComposer({ send, commands }) {
  let offered = [];

  const isTypingCommand = () => /^\/\w*$/.test(field.value);

  async function openMenu() {
    offered = await commands();
    showMenu();
  }

  async function openMenuForTyping() {
    offered = await commands();
    if (isTypingCommand()) showMenu();
  }

  /** The commands that begin as typed, or all. */
  function showMenu() {
    const typed = isTypingCommand() ? field.value.slice(1).toLowerCase() : "";
    const fitting = offered.filter(({ command }) => command.startsWith(typed));
    menu.replaceChildren(...fitting.map(entry));
    if (!offered.length) menu.append(make("p", "", "The bot offers no commands here."));
    setOpen(fitting.length > 0 || !offered.length);
  }

  function entry({ command, description }) {
    const button = make("button", "", make("strong", "", `/${command}`), make("span", "", description));
    button.type = "button";
    button.addEventListener("click", () => submit(`/${command}`));
    return button;
  }

  function setOpen(isOpen) {
    menu.hidden = !isOpen;
    menuButton.setAttribute("aria-expanded", String(isOpen));
  }

  function submit(text) {
    setOpen(false);
    if (!text.trim()) return;
    field.value = "";
    changed();
    send(text);
  }

  function changed() {
    sendButton.disabled = !field.value.trim();
    if (!isTypingCommand()) setOpen(false);
    else if (menu.hidden) void openMenuForTyping();
    else showMenu();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit(field.value);
  });
  field.addEventListener("input", changed);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      submit(field.value);
    } else if (event.key === "ArrowUp" && !menu.hidden) {
      event.preventDefault();
      menu.querySelector("button:last-of-type")?.focus();
    }
  });
  menuButton.addEventListener("click", () => {
    if (menu.hidden) void openMenu();
    else setOpen(false);
  });
  menu.addEventListener("keydown", (event) => {
    const steps = { ArrowUp: "previousElementSibling", ArrowDown: "nextElementSibling" };
    if (!(event.key in steps)) return;
    event.preventDefault();
    (document.activeElement[steps[event.key]] ?? field).focus();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || menu.hidden) return;
    setOpen(false);
    field.focus();
  });
  document.addEventListener("pointerdown", ({ target }) => {
    if (!menu.contains(target) && !form.contains(target)) setOpen(false);
  });

  return {
    get draft() {
      return field.value;
    },
    set draft(text) {
      field.value = text;
      setOpen(false);
      sendButton.disabled = !text.trim();
    },
    focus: () => field.focus({ preventScroll: true }),
  };
}
