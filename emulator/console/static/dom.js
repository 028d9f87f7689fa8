/** Elements and text. Everything that is shown becomes a text node or an attribute, never HTML. */

/** The longest text of a client that is shown; the rest would only freeze the page. */
const LONGEST = 2000;
const INVISIBLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/**
 * Return an element. Properties that begin with `on` are event listeners, all others are attributes; null, undefined
 * and false leave a property or a child out.
 */
export function h(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  return fill(element, children);
}

export function fill(element, ...children) {
  const present = children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
  element.replaceChildren(...present);
  return element;
}

/** Return a client's text with control characters and marks of direction spelled out, so that it cannot deceive. */
export function visible(text) {
  const whole = String(text);
  const shown = whole.slice(0, LONGEST).replace(INVISIBLE, (character) => {
    return `⟨U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`;
  });
  return whole.length > LONGEST ? `${shown}… (${whole.length} characters)` : shown;
}

/** Return an element for a name that a client chose: apart from the direction of the text around it. */
export const name = (text) => h("bdi", {}, visible(text));
export const code = (text, properties) => h("code", properties, visible(text));
export const badge = (text, kind = "") => h("span", { class: `badge ${kind}` }, text);
export const empty = (...content) => h("p", { class: "empty" }, content);

export function statusBadge(status) {
  return status === null ? badge("no answer", "none") : badge(String(status), `s${Math.floor(status / 100)}`);
}

export function terms(kind, entries) {
  return h("dl", { class: kind }, entries.map(([term, value]) => h("div", {}, h("dt", {}, term), h("dd", {}, value))));
}

/** Return a table, which is a list of cards on a narrow screen: every cell repeats its column's title for that. */
export function table(caption, titles, items, cellsOf, propertiesOf = () => ({})) {
  const row = (item) => h("tr", propertiesOf(item),
    cellsOf(item).map((cell, index) => h("td", { "data-title": titles[index] }, cell)));
  return h("table", {},
    h("caption", { class: "unseen" }, caption),
    h("thead", {}, h("tr", {}, titles.map((title) => h("th", { scope: "col" }, title)))),
    h("tbody", {}, items.map(row)));
}

export function select(properties, options) {
  return h("select", properties, options.map((option) => {
    const [value, label] = [option].flat();
    return h("option", { value }, label ?? value);
  }));
}

export function labelled(text, input, help) {
  return h("div", { class: "field" }, h("label", { for: input.id }, text), input, help);
}

/** Return a button that copies text; `text` is a function that returns it, or a promise of it. */
export function copyButton(label, text, about) {
  const button = h("button", { class: "quiet", "aria-label": about, onclick: copy }, label);
  async function copy() {
    await navigator.clipboard.writeText(await text());
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = label), 1500);
  }
  return button;
}

/** Return a button whose second click, within four seconds, does what it says. */
export function confirmButton(label, question, act) {
  const button = h("button", { class: "quiet danger", onclick: click }, label);
  function click() {
    if (button.textContent === question) return act();
    button.textContent = question;
    return setTimeout(() => (button.textContent = label), 4000);
  }
  return button;
}

export function dropTarget(take) {
  const mark = (event, isOver) => event.currentTarget.classList.toggle("over", isOver);
  return {
    ondragover: (event) => mark(event, event.dataTransfer.types.includes("Files")),
    ondragleave: (event) => mark(event, event.currentTarget.contains(event.relatedTarget)),
    ondrop: (event) => {
      mark(event, false);
      take([...event.dataTransfer.files]);
    },
  };
}

export function fileButton(label, about, take, accept) {
  const input = h("input", { type: "file", hidden: true, accept, onchange: () => take([...input.files]) });
  return [h("button", { class: "quiet", "aria-label": about, onclick: () => input.click() }, label), input];
}

export function bytes(count) {
  if (count === null) return "–";
  let value = count;
  for (const unit of ["B", "KB", "MB", "GB"]) {
    if (value < 1024) return `${unit === "B" || value >= 10 ? Math.round(value) : value.toFixed(1)} ${unit}`;
    value /= 1024;
  }
  return `${value.toFixed(1)} TB`;
}

export function seconds(value) {
  if (value === null) return "–";
  if (value < 0.001) return "< 1 ms";
  if (value < 1) return `${Math.round(value * 1000)} ms`;
  return value < 90 ? `${value.toFixed(1)} s` : `${(value / 60).toFixed()} min`;
}
