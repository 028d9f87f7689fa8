/** Elements and text. Everything that is shown becomes a text node or an attribute, never HTML. */

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
  element.append(...present(children));
  return element;
}

/** Replace what an element contains. */
export function fill(element, ...children) {
  element.replaceChildren(...present(children));
  return element;
}

function present(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
}

/** Return a client's text with control characters and marks of direction spelled out, so that it cannot deceive. */
export function visible(text) {
  return String(text).replace(INVISIBLE, (character) => {
    return `⟨U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`;
  });
}

/** Return an element for a name that a client chose: apart from the direction of the text around it. */
export function name(text) {
  return h("bdi", {}, visible(text));
}

export function code(text, properties) {
  return h("code", properties, visible(text));
}

export function badge(text, kind) {
  return h("span", { class: `badge ${kind ?? ""}` }, text);
}

export function empty(...text) {
  return h("p", { class: "empty" }, ...text);
}

/** Return a button that copies text; `text` may be a function that returns it, or a promise of it. */
export function copyButton(label, text, about) {
  const button = h("button", { class: "quiet", "aria-label": about, onclick: copy }, label);
  async function copy() {
    await navigator.clipboard.writeText(typeof text === "function" ? await text() : text);
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = label), 1500);
  }
  return button;
}

/** Return a button whose second click, within four seconds, does what it says. */
export function confirmButton(label, question, act) {
  let timer = null;
  const button = h("button", { class: "danger", onclick: click }, label);
  function click() {
    clearTimeout(timer);
    if (button.textContent === question) {
      button.textContent = label;
      act();
    } else {
      button.textContent = question;
      timer = setTimeout(() => (button.textContent = label), 4000);
    }
  }
  return button;
}

/** Return a select with options, given as values or as pairs of value and label. */
export function select(properties, options, chosen) {
  const pairs = options.map((option) => (Array.isArray(option) ? option : [option, option]));
  return h("select", properties, pairs.map(([value, label]) => h("option", { value, selected: value === chosen }, label)));
}

/** Let files be dropped on an element. */
export function acceptFiles(element, take) {
  element.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    element.classList.add("over");
  });
  element.addEventListener("dragleave", (event) => {
    if (!element.contains(event.relatedTarget)) element.classList.remove("over");
  });
  element.addEventListener("drop", (event) => {
    event.preventDefault();
    element.classList.remove("over");
    take([...event.dataTransfer.files]);
  });
  return element;
}

/** Return a button that opens the browser's choice of files. */
export function fileButton(label, about, take, accept) {
  const input = h("input", { type: "file", hidden: true, accept, onchange: () => take([...input.files]) });
  return [h("button", { class: "quiet", "aria-label": about, onclick: () => input.click() }, label), input];
}

export function bytes(count) {
  if (count === null || count === undefined) return "–";
  if (count < 1024) return `${count} B`;
  const units = ["KB", "MB", "GB", "TB"];
  const power = Math.min(Math.floor(Math.log2(count) / 10), units.length);
  const value = count / 1024 ** power;
  return `${value.toFixed(value < 10 ? 1 : 0)} ${units[power - 1]}`;
}

export function seconds(value) {
  if (value === null || value === undefined) return "–";
  if (value < 0.001) return "< 1 ms";
  return value < 1 ? `${Math.round(value * 1000)} ms` : `${value.toFixed(value < 10 ? 2 : 1)} s`;
}

/** Return a period in words: `2 d 3 h`. */
export function period(value) {
  const units = [["d", 86400], ["h", 3600], ["min", 60], ["s", 1]];
  let rest = Math.floor(value);
  const words = [];
  for (const [unit, size] of units) {
    if (rest >= size && words.length < 2) words.push(`${Math.floor(rest / size)} ${unit}`);
    rest %= size;
  }
  return words.join(" ") || "0 s";
}

/** Return the time of day of a moment, in UTC as the sandbox's clock has it. */
export function timeOfDay(moment) {
  return moment.slice(11, 23).padEnd(12, ".000".slice(moment.slice(11, 23).length - 12)).replace("Z", "");
}

/** Call a function at most once in so many milliseconds, the last call always. */
export function throttle(act, milliseconds) {
  let timer = null;
  return () => {
    timer ??= setTimeout(() => {
      timer = null;
      act();
    }, milliseconds);
  };
}
