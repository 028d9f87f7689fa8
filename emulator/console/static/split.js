/** A list, and beside it the entry that is chosen. */

import { Sandbox } from "./api.js";
import { fill, h } from "./dom.js";
import { address, current } from "./route.js";

export class Split {
  #chosen = new AbortController();

  constructor(sandbox, about, ...list) {
    this.sandbox = sandbox;
    this.side = h("section.detail", { "aria-label": about });
    this.element = h("div.panes", h("div.list", list), this.side);
  }

  /** Open the side for an id, or close it for null. Returns the sandbox, of which reading ends with the next choice. */
  choose(id) {
    this.#chosen.abort();
    this.#chosen = new AbortController();
    this.element.classList.toggle("split", id !== null);
    return new Sandbox(this.sandbox.name, AbortSignal.any([this.sandbox.signal, this.#chosen.signal]));
  }

  show(buttons, ...content) {
    const { view, params } = current();
    const close = h("a.button.quiet.end", { href: address(view, Object.fromEntries(params)) }, "Close");
    fill(this.side, h("div.bar", buttons, close), content);
  }
}
