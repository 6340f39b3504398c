// The typing box: a line of text, or a slash command with its fields. Suggests commands, people and what the bot suggests.
// Knows nothing of channels: it asks for what there is and hands over what was typed.

import { icon, make } from "./message.js";

const STRING = 3;
const PERSON = 6;

const form = document.getElementById("composer");
const field = document.getElementById("text");
const line = document.getElementById("line");
const menu = document.getElementById("menu");

/**
 * @param say       `(text)`: a text was sent
 * @param run       `(command, options)`: a command was sent, options as `{ name: value }`
 * @param commands  resolves to what can be run here, as the emulator tells it
 * @param suggest   `(command, options, field, typed)` resolves to `[[label, value]]`
 * @param people    `() => [{ id, name }]`
 */
export function startComposer({ say, run, commands, suggest, people }) {
  /** The command that is being filled in, with the inputs of its fields. */
  let filling = null;
  /** What stands in the menu: `{ take }` each, and which one is lit. */
  let offered = [];
  let lit = 0;
  /** Answers to what was typed earlier come too late. */
  let asked = 0;

  const close = () => {
    menu.hidden = true;
    offered = [];
  };

  function show(title, entries) {
    offered = entries;
    lit = 0;
    menu.replaceChildren(make("h3", "", title), ...entries.map((entry, at) => row(entry, at)));
    menu.hidden = entries.length === 0;
    light(0);
  }

  function row({ content, take }, at) {
    const button = Object.assign(make("button", "", ...content), { type: "button", tabIndex: -1 });
    button.addEventListener("pointermove", () => light(at));
    button.addEventListener("click", take);
    return button;
  }

  function light(at) {
    const rows = menu.querySelectorAll("button");
    rows[lit]?.classList.remove("lit");
    lit = (at + rows.length) % Math.max(rows.length, 1);
    rows[lit]?.classList.add("lit");
    rows[lit]?.scrollIntoView({ block: "nearest" });
  }

  // --- A line of text -------------------------------------------------------------------------------------------------

  async function typed() {
    const text = field.value;
    if (!/^\/\S*$/.test(text)) return close();
    const mine = ++asked;
    const known = (await commands()).filter(({ type }) => type === 1);
    if (mine !== asked || filling) return;
    const fits = known.filter((it) => it.shown.startsWith(text.slice(1).toLowerCase()) || it.name.startsWith(text.slice(1)));
    show("Numdesk", fits.map(commandEntry));
  }

  function commandEntry(command) {
    const fields = command.options.map(({ shown }) => make("span", "field-name", shown));
    return {
      content: [icon("slash"), make("span", "words", make("strong", "", `/${command.shown}`, ...fields), make("small", "", command.about))],
      take: () => begin(command),
    };
  }

  // --- A command with fields ------------------------------------------------------------------------------------------

  /** Fills a command in; one without fields goes at once. */
  function begin(command) {
    close();
    field.value = "";
    if (!command.options.length) return run(command, {});
    const inputs = command.options.map((option) => {
      const input = Object.assign(make("input"), { autocomplete: "off", spellcheck: false, maxLength: 100 });
      input.setAttribute("aria-label", option.about);
      input.addEventListener("input", () => {
        delete input.dataset.value;
        grow(input);
        void help(option, input);
      });
      input.addEventListener("focus", () => void help(option, input));
      return input;
    });
    filling = { command, inputs };
    const fields = command.options.map((option, at) => make("label", "field", make("span", "", option.shown), inputs[at]));
    line.replaceChildren(make("span", "command", `/${command.shown}`), ...fields);
    inputs.forEach(grow);
    line.hidden = false;
    field.hidden = true;
    inputs[0].focus();
  }

  const grow = (input) => {
    input.style.width = `${Math.max(input.value.length + 1, 6)}ch`;
  };

  function drop() {
    asked++;
    filling = null;
    line.hidden = true;
    field.hidden = false;
    close();
  }

  const value = (input) => input.dataset.value ?? input.value.trim();

  function filled(except) {
    const pairs = filling.command.options.map(({ name }, at) => [name, filling.inputs[at]]);
    const told = pairs.filter(([, input]) => input !== except && value(input));
    return Object.fromEntries(told.map(([name, input]) => [name, value(input)]));
  }

  /** Shows what may be meant in a field. */
  async function help(option, input) {
    const mine = ++asked;
    if (option.type === PERSON) {
      const begins = ({ name }) => name.toLowerCase().startsWith(input.value.replace(/^@/, "").toLowerCase());
      return show(option.about, people().filter(begins).map(({ id, name }) => choice(input, `@${name}`, id)));
    }
    if (option.type !== STRING || !option.autocomplete) return show(option.about, []);
    const found = await suggest(filling.command, filled(input), option.name, value(input)).catch(() => []);
    if (mine !== asked || document.activeElement !== input) return;
    show(option.about, found.map(([label, id]) => choice(input, label, id)));
  }

  function choice(input, label, id) {
    const take = () => {
      input.value = label;
      input.dataset.value = id;
      grow(input);
      close();
      next(input);
    };
    return { content: [make("span", "words", make("strong", "", label))], take };
  }

  /** The next empty field; after the last one the command can be sent. */
  function next(input) {
    const empty = filling.inputs.find((other) => other !== input && !other.value);
    asked++;
    if (empty) empty.focus();
    else input.focus();
    if (!empty) close();
  }

  function send() {
    if (!filling) {
      const text = field.value.trim();
      field.value = "";
      close();
      if (text) say(text);
      return;
    }
    const { command, inputs } = filling;
    const missing = command.options.findIndex(({ required }, at) => required && !value(inputs[at]));
    if (missing >= 0) {
      inputs[missing].parentElement.classList.add("missing");
      inputs[missing].focus();
      return;
    }
    const options = filled();
    drop();
    field.focus({ preventScroll: true });
    run(command, options);
  }

  // --- Keys -----------------------------------------------------------------------------------------------------------

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  field.addEventListener("input", () => void typed());
  form.addEventListener("keydown", (event) => {
    const isOpen = !menu.hidden && offered.length > 0;
    const input = event.target;
    if (isOpen && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      light(lit + (event.key === "ArrowDown" ? 1 : -1));
    } else if (isOpen && (event.key === "Tab" || event.key === "Enter") && !event.isComposing && !event.shiftKey) {
      offered[lit].take();
    } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      send();
    } else if (event.key === "Escape") {
      if (isOpen) close();
      else drop();
    } else if (event.key === "Backspace" && filling && !input.value) {
      const at = filling.inputs.indexOf(input);
      if (at > 0) {
        filling.inputs[at - 1].focus();
      } else {
        drop();
        field.focus();
      }
    } else {
      return;
    }
    event.preventDefault();
  });
  line.addEventListener("input", ({ target }) => target.parentElement.classList.remove("missing"));
  document.addEventListener("pointerdown", ({ target }) => {
    if (!menu.contains(target) && !form.contains(target)) close();
  });

  return {
    /** Begins a command by its name, as if it had been picked. */
    async begin(name) {
      const command = (await commands()).find((it) => it.type === 1 && it.name === name);
      if (command) begin(command);
    },
    drop,
    focus: () => field.focus({ preventScroll: true }),
    set place(name) {
      field.placeholder = `Message ${name}`;
    },
  };
}
