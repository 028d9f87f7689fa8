/** The control API: requests, its errors in its own words, and what many views ask it for. */

/** The URL of the server as this browser reaches it, whatever prefix or port mapping is in between; ends in a slash. */
export const server = new URL("..", import.meta.url).href;

export class Problem extends Error {
  constructor(title, detail, status) {
    super(detail);
    this.title = title;
    this.status = status;
  }
}

const urlOf = (path, query) => `${server}_emulator${path}${query ? `?${new URLSearchParams(query)}` : ""}`;

/** Send a request and return the response; a body that is no blob becomes JSON. Throws Problem. */
async function send(method, path, { query, body, signal } = {}) {
  const isJson = body !== undefined && !(body instanceof Blob);
  const response = await fetch(urlOf(path, query), {
    method,
    signal,
    headers: isJson ? { "Content-Type": "application/json" } : {},
    body: isJson ? JSON.stringify(body) : body,
    cache: "no-store",
  }).catch((error) => {
    if (error.name === "AbortError") throw error;
    throw new Problem("The emulator does not answer", `${server} cannot be reached. Is it still running?`);
  });
  if (response.ok) return response;
  const { title, detail } = await response.json().catch(() => ({ title: `Status ${response.status}` }));
  throw new Problem(title, detail, response.status);
}

export async function ask(method, path, options) {
  const response = await send(method, path, options);
  return response.status === 204 ? null : response.json();
}

/** The control API of one sandbox. What is only read is given up once the signal aborts, as nobody looks at it. */
export class Sandbox {
  constructor(name, signal) {
    this.name = name;
    this.signal = signal;
  }

  #path = (path) => `/sandboxes/${encodeURIComponent(this.name)}${path}`;

  url = (path, query) => urlOf(this.#path(path), query);
  open = (path, query) => send("GET", this.#path(path), { query, signal: this.signal });
  get = (path, query) => ask("GET", this.#path(path), { query, signal: this.signal });
  change = (method, path, body) => ask(method, this.#path(path), { body });
}

/** Send this control token from now on. In a cookie, because links and streams of events have no headers. */
export function useToken(token) {
  const { pathname, protocol } = new URL("_emulator", server);
  const secure = protocol === "https:" ? "; Secure" : "";
  document.cookie = `emulator_control_token=${encodeURIComponent(token)}; Path=${pathname}; SameSite=Strict${secure}`;
}

const remembered = new Map();

/** Return what does not change while the server runs: rules, operations, the OpenAPI document. Throws Problem. */
export function constant(path) {
  if (!remembered.has(path)) {
    const answer = ask("GET", path);
    answer.catch(() => remembered.delete(path));
    remembered.set(path, answer);
  }
  return remembered.get(path);
}

export const rulesById = async () => new Map((await constant("/rules")).rules.map((rule) => [rule.id, rule]));
