// What appears for a moment: toasts, dialogs, "Copied". Knows nothing of chats.

const toastElement = document.getElementById("toast");
const alertElement = document.getElementById("alert");
const spokenElement = document.getElementById("spoken");

/** A toast stays long enough to be read. */
const TOAST_MS = 2500;
const TOAST_MS_PER_CHARACTER = 45;
const COPIED_MS = 1400;

let toastTimer;

export function toast(text) {
  clearTimeout(toastTimer);
  toastElement.textContent = text;
  toastElement.hidden = false;
  speak(text);
  toastTimer = setTimeout(hideToast, TOAST_MS + text.length * TOAST_MS_PER_CHARACTER);
}

export function hideToast() {
  toastElement.hidden = true;
}

toastElement.addEventListener("click", hideToast);

/** A dialog that must be closed. */
export function alertDialog(text) {
  document.getElementById("alert-text").textContent = text;
  if (!alertElement.open) alertElement.showModal();
}

alertElement.addEventListener("click", ({ target }) => {
  if (target === alertElement) alertElement.close();
});

/** For screen readers only. */
export function speak(text) {
  spokenElement.textContent = text;
}

/** Copies `text` and says so at `element`. */
export async function copyFrom(element, text) {
  if (!(await copy(text))) {
    toast("Your browser does not let this page copy. Select the text instead.");
    return;
  }
  speak("Copied");
  element.dataset.copied = "";
  setTimeout(() => delete element.dataset.copied, COPIED_MS);
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

/** A page that did not come over HTTPS or from this machine has no clipboard but this one. */
function copyBySelection(text) {
  const focused = document.activeElement;
  const field = Object.assign(document.createElement("textarea"), { value: text, className: "unseen" });
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  focused?.focus({ preventScroll: true });
  return done;
}
