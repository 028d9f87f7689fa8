/** Tables, which become a list of cards on a narrow screen. */

import { h } from "./dom.js";

/** Return a table. Every cell repeats its column's title for the narrow form. */
export function table(caption, titles, rows, properties = {}) {
  const head = h("tr", {}, titles.map((title) => h("th", { scope: "col" }, title)));
  return h("div", { class: "table" },
    h("table", properties, h("caption", { class: "unseen" }, caption), h("thead", {}, head), h("tbody", {}, rows)));
}

export function row(titles, cells, properties) {
  return h("tr", properties, cells.map((cell, index) => h("td", { "data-title": titles[index] }, cell)));
}
