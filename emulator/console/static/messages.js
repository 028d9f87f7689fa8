/** The messages at the edge of the page: what was done, and the control API's errors in its own words. */

import { fill, h } from "./dom.js";

const box = document.getElementById("messages");

/** Show a message until the next one, or until the next view. */
export function say(...content) {
  const close = h("button.quiet", { "aria-label": "Close this message", onclick: dismiss }, "×");
  fill(box, h("div.message", h("div", content), close));
}

export function problem({ title, message }) {
  return h("p.problem", { role: "alert" }, h("strong", title ?? "Error"), " ", message);
}

export const report = (error) => say(problem(error));
export const dismiss = () => fill(box);
