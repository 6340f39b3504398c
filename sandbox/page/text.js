// A text with its entities as elements. Whatever the text says, it stays text: nothing here ever parses markup.
//
// Elements carry what a tap on them does: `data-copy` (copy this), `data-command` (send this), `data-reveal`.

/** Appends `text` to `parent`, styled by `entities` (offsets count UTF-16 code units, as JavaScript does). */
export function appendText(parent, text, entities) {
  // In document order, the longer first, so that each one's parts follow it.
  const waiting = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  appendPart(parent, text, waiting, 0, text.length);
}

function appendPart(parent, text, waiting, start, end) {
  let at = start;
  while (waiting.length && waiting[0].offset < end) {
    const entity = waiting.shift();
    const stop = Math.min(entity.offset + entity.length, end);
    if (entity.offset < at || stop <= entity.offset) continue;
    parent.append(text.slice(at, entity.offset));
    const element = styled(entity, text.slice(entity.offset, stop));
    appendPart(element, text, waiting, entity.offset, stop);
    parent.append(element);
    at = stop;
  }
  parent.append(text.slice(at, end));
}

const TAGS = {
  bold: "strong",
  italic: "em",
  underline: "u",
  strikethrough: "s",
  blockquote: "blockquote",
  expandable_blockquote: "blockquote",
};

function styled(entity, covered) {
  switch (entity.type) {
    case "code":
    case "pre":
      return tappable(entity.type, { copy: covered }, `Copy ${covered}`);
    case "spoiler":
      return tappable("span", { reveal: "" }, "Show hidden text");
    case "bot_command":
      return tappable("span", { command: covered }, `Send ${covered}`);
    case "text_link":
      return link(entity.url);
    case "url":
      return link(/^[a-z][a-z0-9+.-]*:\/\//i.test(covered) ? covered : `https://${covered}`);
    case "mention":
    case "text_mention":
    case "hashtag":
    case "cashtag":
      return Object.assign(document.createElement("span"), { className: "mention" });
    default:
      return document.createElement(TAGS[entity.type] ?? "span");
  }
}

function tappable(tag, data, label) {
  const element = document.createElement(tag);
  Object.assign(element.dataset, data);
  element.tabIndex = 0;
  element.setAttribute("role", "button");
  element.setAttribute("aria-label", label);
  return element;
}

/** A link that leaves the demo; anything but the web and Telegram's own scheme becomes plain text. */
export function link(address) {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!["http:", "https:", "tg:"].includes(url?.protocol)) return document.createElement("span");
  return Object.assign(document.createElement("a"), { href: url.href, target: "_blank", rel: "noopener noreferrer" });
}
