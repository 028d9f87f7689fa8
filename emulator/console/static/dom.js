/** Elements and text. Everything that is shown becomes a text node or an attribute, never HTML. */

/** The longest text of a client that is shown: more would freeze the page. */
const LONGEST = 2000;
const INVISIBLE = /(?![\t\n]|\r\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

const isPresent = (value) => value !== null && value !== undefined && value !== false;

/**
 * Return an element of a tag with classes, such as `p.note`. Properties may come first: those that begin with `on` are
 * event listeners, all others attributes. Null, undefined and false leave a property or a child out.
 */
export function h(tag, ...children) {
  const [type, ...classes] = tag.split(".");
  const element = document.createElement(type);
  element.classList.add(...classes);
  const properties = children[0]?.constructor === Object ? children.shift() : {};
  for (const [name, value] of Object.entries(properties)) {
    if (!isPresent(value)) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  return fill(element, children);
}

export function fill(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter(isPresent));
  return element;
}

/** What elements were last refreshed with; what they show may have changed since. */
const copies = new WeakMap();

/** Like `fill`, but what is the same as the last time stays, with the focus, a selection, and what is open or asked. */
export function refresh(element, ...children) {
  const next = fill(element.cloneNode(), ...children);
  const copy = next.cloneNode(true);
  merge(element, copies.get(element) ?? element.cloneNode(), next);
  copies.set(element, copy);
}

/** Turn an element that was made like `old` into `next`. Children are told apart by key or place. */
function merge(element, old, next) {
  if (old.isEqualNode(next)) return;
  const keyOf = (node, index) => node.dataset?.key ?? index;
  const known = new Map([...old.childNodes].map((was, index) => [keyOf(was, index), [was, element.childNodes[index]]]));
  const nodes = new Set([...next.childNodes].map((node, index) => {
    const key = keyOf(node, index);
    const [was, shown] = known.get(key) ?? [];
    if (!was?.cloneNode().isEqualNode(node.cloneNode())) return node;
    known.delete(key);
    merge(shown, was, node);
    return shown;
  }));
  for (const shown of [...element.childNodes]) if (!nodes.has(shown)) shown.remove();
  let place = element.firstChild;
  // What stays is not moved, as it would lose the focus.
  for (const node of nodes) {
    if (node === place) place = place.nextSibling;
    else element.insertBefore(node, place);
  }
}

/** Return a client's text with control characters and marks of direction spelled out, so that it cannot deceive. */
export function visible(text, most = LONGEST) {
  const whole = String(text);
  const shown = whole.slice(0, most).replace(INVISIBLE, (character) => {
    return `⟨U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`;
  });
  return whole.length > most ? `${shown}… (${whole.length} characters)` : shown;
}

/** Return an element for a name that a client chose: apart from the direction of the text around it. */
export const name = (text) => h("bdi", visible(text));
export const code = (text, properties) => h("code", properties, visible(text));
export const badge = (text, kind = "") => h("span", { class: `badge ${kind}` }, text);
export const empty = (...content) => h("p.empty", content);

export function statusBadge(status) {
  return status === null ? badge("no answer", "s5") : badge(String(status), `s${Math.floor(status / 100)}`);
}

export function terms(kind, entries) {
  return h("dl", { class: kind }, entries.map(([term, value]) => h("div", h("dt", term), h("dd", value))));
}

/** Return a table, which is a list of cards on a narrow screen: every cell repeats its column's title for that. */
export function table(caption, titles, items, cellsOf, propertiesOf = () => ({})) {
  const keyOf = ({ vendor, owner, kind, rule, id, number, name }) => [vendor, owner, kind, rule, id ?? number ?? name];
  const row = (item) => h("tr", { "data-key": keyOf(item), ...propertiesOf(item) },
    cellsOf(item).map((cell, index) => h("td", { "data-title": titles[index] }, cell)));
  return h("table",
    h("caption.unseen", caption),
    h("thead", h("tr", titles.map((title) => h("th", { scope: "col" }, title)))),
    h("tbody", items.map(row)));
}

export function select(properties, options) {
  return h("select", properties, options.map((option) => {
    const [value, label] = [option].flat();
    return h("option", { value }, label ?? value);
  }));
}

/** Return a button that copies text; `text` is a function that returns it, or a promise of it. */
export function copyButton(label, text, about) {
  const button = h("button.quiet", { "aria-label": about, onclick: copy }, label);
  async function copy() {
    await navigator.clipboard.writeText(await text());
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = label), 1500);
  }
  return button;
}

/** Return a button whose second click, within four seconds, does what it says. */
export function confirmButton(label, question, act) {
  const button = h("button.quiet.danger", { onclick: click }, label);
  function click() {
    const isAsked = button.textContent === question;
    button.textContent = isAsked ? label : question;
    return isAsked ? act() : setTimeout(() => (button.textContent = label), 4000);
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
  return [h("button.quiet", { "aria-label": about, onclick: () => input.click() }, label), input];
}

export function bytes(count) {
  if (count === null) return "–";
  const power = Math.floor(Math.log2(count || 1) / 10);
  const value = count / 1024 ** power;
  return `${power && value < 10 ? value.toFixed(1) : Math.round(value)} ${["B", "KB", "MB", "GB", "TB"][power]}`;
}

export function seconds(value) {
  if (value === null) return "–";
  if (value < 0.001) return "< 1 ms";
  if (value < 1) return `${Math.round(value * 1000)} ms`;
  return value < 90 ? `${value.toFixed(1)} s` : `${(value / 60).toFixed()} min`;
}
