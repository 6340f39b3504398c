// The form that an interaction opens, as a dialog. Knows nothing of who asks.

import { make } from "./message.js";

const dialog = document.getElementById("form");
const rows = document.getElementById("form-rows");

document.getElementById("form-cancel").addEventListener("click", () => dialog.close());

/** Shows the form; resolves to the texts by `custom_id`, or to null when it was closed. */
export function askForm({ title, fields }) {
  document.getElementById("form-title").textContent = title;
  const inputs = fields.map((field) => {
    const input = Object.assign(make("input"), { required: field.is_required, autocomplete: "off" });
    Object.assign(input, { value: field.value, placeholder: field.placeholder ?? "", maxLength: field.most });
    return input;
  });
  rows.replaceChildren(...fields.map(({ label }, at) => make("label", "", make("span", "", label), inputs[at])));
  dialog.returnValue = "";
  dialog.showModal();
  inputs[0]?.focus();
  return new Promise((resolve) => {
    const sent = () => Object.fromEntries(fields.map(({ custom_id }, at) => [custom_id, inputs[at].value]));
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "sent" ? sent() : null), { once: true });
  });
}
