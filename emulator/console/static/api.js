/** The control API: requests, its errors in its own words, and what many views ask it for. */

/** The URL of the server as this browser reaches it, whatever prefix or port mapping is in between; ends in a slash. */
export const server = new URL("..", import.meta.url).href;

/** An error of the control API (RFC 9457), or of the connection to it. */
export class Problem extends Error {
  constructor(title, detail, status) {
    super(detail);
    this.title = title;
    this.status = status;
  }
}

export function controlUrl(path, query) {
  const url = new URL(`_emulator${path}`, server);
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== null && value !== undefined && value !== "") url.searchParams.set(name, value);
  }
  return url.href;
}

/** Return the path of something in a sandbox: `/sandboxes/orders/journal`. */
export function inSandbox(sandbox, path) {
  return `/sandboxes/${encodeURIComponent(sandbox)}${path}`;
}

/** Send a request and return the response. Throws Problem. */
export async function send(method, path, { query, body, signal } = {}) {
  const isJson = body !== undefined && !(body instanceof Blob);
  let response;
  try {
    response = await fetch(controlUrl(path, query), {
      method,
      signal,
      headers: isJson ? { "Content-Type": "application/json" } : {},
      body: isJson ? JSON.stringify(body) : body,
      cache: "no-store",
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem("The emulator does not answer", `${server} cannot be reached. Is it still running?`, 0);
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

async function problemOf(response) {
  const text = await response.text();
  try {
    const { title, detail } = JSON.parse(text);
    return new Problem(title, detail, response.status);
  } catch {
    return new Problem(`Status ${response.status}`, text.slice(0, 500), response.status);
  }
}

/** Send a request and return the JSON of the answer, or null without one. Throws Problem. */
export async function ask(method, path, options) {
  const response = await send(method, path, options);
  return response.status === 204 ? null : response.json();
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

/** Return the rules by their ids. Throws Problem. */
export async function rulesById() {
  const { rules } = await constant("/rules");
  return new Map(rules.map((rule) => [rule.id, rule]));
}
