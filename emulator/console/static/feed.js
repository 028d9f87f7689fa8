/** The exchanges of a sandbox as they happen: the last ones, then server-sent events. */

import { ask, controlUrl, inSandbox } from "./api.js";

/** The most exchanges that the page holds. */
export const MOST = 500;
/** The most that a frame shows, so that the page can react in between. */
const MOST_PER_FRAME = 40;

/**
 * Holds the last exchanges by number, and dispatches `exchanges` at most once per frame (with the new ones as detail),
 * `cleared`, and `connection` (with `live` or `lost`).
 */
export class Feed extends EventTarget {
  exchanges = new Map();
  #pending = [];
  #frame = null;
  #source = null;
  #closed = false;

  constructor(sandbox) {
    super();
    this.sandbox = sandbox;
  }

  /** Load the last exchanges and follow. Throws Problem. */
  async start() {
    const { exchanges } = await ask("GET", inSandbox(this.sandbox, "/journal"), { query: { limit: MOST } });
    if (this.#closed) return;
    this.#receive(exchanges);
    const after = exchanges.at(-1)?.number ?? 0;
    const source = new EventSource(controlUrl(inSandbox(this.sandbox, "/journal/events"), { after: String(after) }));
    source.addEventListener("exchange", (event) => this.#receive([JSON.parse(event.data)]));
    source.addEventListener("reset", () => this.clear());
    source.addEventListener("open", () => this.#tell("connection", "live"));
    source.addEventListener("error", () => {
      this.#tell("connection", "lost");
      // A refused connection is final for an EventSource, but the server may only be restarting.
      if (source.readyState === EventSource.CLOSED) setTimeout(() => this.#restart(), 2000);
    });
    this.#source = source;
  }

  #restart() {
    if (this.#closed) return;
    this.start().catch(() => setTimeout(() => this.#restart(), 2000));
  }

  close() {
    this.#closed = true;
    this.#source?.close();
  }

  /** Forget every exchange. */
  clear() {
    this.#pending = [];
    this.exchanges.clear();
    this.#tell("cleared");
  }

  #receive(exchanges) {
    this.#pending.push(...exchanges);
    // A hidden page has no frames.
    if (this.#pending.length > MOST) this.#pending.splice(0, this.#pending.length - MOST);
    this.#frame ??= requestAnimationFrame(() => this.#flush());
  }

  #flush() {
    this.#frame = null;
    const added = this.#pending.splice(0, MOST_PER_FRAME);
    if (this.#pending.length) this.#receive([]);
    for (const exchange of added) this.exchanges.set(exchange.number, exchange);
    for (const number of this.exchanges.keys()) {
      if (this.exchanges.size <= MOST) break;
      this.exchanges.delete(number);
    }
    this.#tell("exchanges", added);
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
