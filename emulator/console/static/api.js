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

export function controlUrl(path, query) {
  return `${server}_emulator${path}${query ? `?${new URLSearchParams(query)}` : ""}`;
}

export function inSandbox(sandbox, path) {
  return `/sandboxes/${encodeURIComponent(sandbox)}${path}`;
}

/** Send a request and return the response; a body that is no blob becomes JSON. Throws Problem. */
export async function send(method, path, { query, body, signal } = {}) {
  const isJson = body !== undefined && !(body instanceof Blob);
  const response = await fetch(controlUrl(path, query), {
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

/** Send this control token from now on. In a cookie, because links and streams of events have no headers. */
export function useToken(token) {
  const { pathname, protocol } = new URL("_emulator", server);
  const secure = protocol === "https:" ? "; Secure" : "";
  document.cookie = `emulator_control_token=${encodeURIComponent(token)}; Path=${pathname}; SameSite=Strict${secure}`;
}

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

export async function rulesById() {
  const { rules } = await constant("/rules");
  return new Map(rules.map((rule) => [rule.id, rule]));
}

/** The longest body that is not a file and that the journal holds, in bytes. */
const HELD_BYTES = 16 * 1024;

/** Return whether a body can be read: the journal itself holds short ones, and of files only the digest. */
export async function isAvailable(part, sandbox, signal) {
  if (!part.sha256) return part.size <= HELD_BYTES;
  const { files } = await ask("GET", inSandbox(sandbox, "/files"), { signal });
  return files.some((file) => file.sha256 === part.sha256);
}
