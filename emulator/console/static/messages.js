/** The messages at the edge of the page: what was done, and the control API's errors in its own words. */

import { fill, h } from "./dom.js";

const box = document.getElementById("messages");

/** Show a message until the next one, or until the next view. */
export function say(...content) {
  show("message", content);
}

export function problem({ title, message }) {
  return h("p", { class: "problem", role: "alert" }, h("strong", {}, title ?? "Error"), " ", message);
}

export function report(error) {
  show("message", problem(error));
}

export function dismiss() {
  fill(box);
}

function show(kind, content) {
  const close = h("button", { class: "quiet", "aria-label": "Close this message", onclick: dismiss }, "×");
  fill(box, h("div", { class: kind }, h("div", {}, content), close));
}
