// Discord's markdown as elements, as far as bots write it. Whatever the text says, it stays text: nothing here parses
// markup of the web.
//
// Elements carry what a tap on them does: `data-copy` (copy this), `data-reveal`.

import { icon, make } from "./message.js";

const INSIDE = String.raw`((?:\\[\s\S]|[^\\])+?)`;
const styled = (tag, mark) => [
  new RegExp(`${mark}(?!\\s)${INSIDE}${mark}`, "y"),
  (found, people) => withText(make(tag), found[1], people),
];

/** What begins where, the longer mark first; the element or text that it becomes. */
const RULES = [
  [/```(?:[a-z]+\n)?\n?([\s\S]+?)\n?```\n?/y, (found) => block(found[1])],
  [/`([^`\n]+)`/y, (found) => make("code", "", found[1])],
  [/\\([!-/:-@[-`{-~])/y, (found) => found[1]],
  [/<@!?(\d+)>/y, (found, people) => make("span", "mention", `@${people.get(found[1])?.name ?? "someone"}`)],
  styled("strong", String.raw`\*\*`),
  styled("u", "__"),
  styled("s", "~~"),
  styled("em", String.raw`\*`),
  styled("em", "_"),
];

/** Appends `text` to `parent`; `people` by id, for mentions. Returns `parent`. */
export function withText(parent, text, people) {
  let plain = "";
  let at = 0;
  while (at < text.length) {
    const hit = firstHit(text, at);
    if (!hit) {
      plain += text[at++];
      continue;
    }
    parent.append(plain, hit.rule[1](hit.found, people));
    plain = "";
    at += hit.found[0].length;
  }
  parent.append(plain);
  return parent;
}

function firstHit(text, at) {
  for (const rule of RULES) {
    rule[0].lastIndex = at;
    const found = rule[0].exec(text);
    if (found) return { rule, found };
  }
  return null;
}

/** A block of code with the button that copies it. */
function block(text) {
  const copy = Object.assign(make("button", "copy", icon("copy")), { type: "button", title: "Copy" });
  copy.dataset.copy = text;
  copy.setAttribute("aria-label", `Copy ${text}`);
  return make("pre", "", make("code", "", text), copy);
}
