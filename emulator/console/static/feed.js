/** The exchanges of a sandbox as they happen: the last ones, then server-sent events. */

const MOST = 500;
/** How long a frame may read events, in milliseconds, so that the page can react in between. */
const READING_TIME = 8;

/**
 * Holds the last exchanges by number, and dispatches `exchanges` at most once per frame (with the new ones as detail),
 * `cleared`, and `connection` (with `live` or `lost`).
 */
export class Feed extends EventTarget {
  exchanges = new Map();
  // As text: of a burst, what is too old by the next frame is never parsed.
  #unread = [];
  #frame = null;
  #source = null;
  #closed = false;

  constructor(sandbox) {
    super();
    this.sandbox = sandbox;
  }

  async start() {
    const { exchanges } = await this.sandbox.get("/journal", { limit: MOST });
    if (this.#closed) return;
    this.#add(exchanges);
    const after = exchanges.at(-1)?.number ?? 0;
    const source = new EventSource(this.sandbox.url("/journal/events", { after }));
    source.addEventListener("exchange", (event) => this.#receive(event.data));
    source.addEventListener("reset", () => this.clear());
    source.addEventListener("open", () => this.#tell("connection", "live"));
    source.addEventListener("error", () => {
      this.#tell("connection", "lost");
      // A refused connection is final for an EventSource, but the server may only be restarting.
      if (source.readyState === EventSource.CLOSED) this.#restart();
    });
    this.#source = source;
  }

  #restart() {
    setTimeout(() => this.#closed || this.start().catch(() => this.#restart()), 2000);
  }

  close() {
    this.#closed = true;
    this.#source?.close();
  }

  clear() {
    this.#unread = [];
    this.exchanges.clear();
    this.#tell("cleared");
  }

  #receive(text) {
    this.#unread.push(text);
    // A hidden page has no frames.
    if (this.#unread.length > MOST) this.#unread.shift();
    this.#frame ??= requestAnimationFrame(() => this.#read());
  }

  #read() {
    const started = performance.now();
    const added = [];
    while (this.#unread.length && performance.now() - started < READING_TIME) {
      added.push(JSON.parse(this.#unread.shift()));
    }
    this.#frame = this.#unread.length ? requestAnimationFrame(() => this.#read()) : null;
    this.#add(added);
  }

  #add(exchanges) {
    for (const exchange of exchanges) this.exchanges.set(exchange.number, exchange);
    for (const number of this.exchanges.keys()) {
      if (this.exchanges.size <= MOST) break;
      this.exchanges.delete(number);
    }
    this.#tell("exchanges", exchanges);
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** Load again what a view shows: after exchanges, once reconnected, and every so many milliseconds where it changes. */
export function follow(feed, { load, every }, signal) {
  let timer = null;
  const refresh = () => {
    timer ??= setTimeout(() => {
      timer = null;
      // Where the server is gone, the header says so.
      if (!signal.aborted) load()?.catch(() => {});
    }, 300);
  };
  for (const type of ["exchanges", "cleared", "connection"]) feed.addEventListener(type, refresh, { signal });
  const interval = every && setInterval(refresh, every);
  signal.addEventListener("abort", () => clearInterval(interval));
}
