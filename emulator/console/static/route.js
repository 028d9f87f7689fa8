/** Addresses of this page: `#/requests/17?sandbox=orders&status=4xx`. */

import { h } from "./dom.js";

export const DEFAULT_SANDBOX = "default";

export function current() {
  const [path, query] = location.hash.replace(/^#\/?/, "").split("?", 2);
  const [view, id] = path.split(/\/(.*)/s);
  const params = new URLSearchParams(query);
  const sandbox = params.get("sandbox") || DEFAULT_SANDBOX;
  return { view: view || "start", id: id ? decoded(id) : null, params, sandbox };
}

export function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Return the address of a view, or of its entry `id`; in the sandbox that is shown now unless another is given. */
export function address(view, { id, sandbox = current().sandbox, ...filters } = {}) {
  const all = { sandbox: sandbox === DEFAULT_SANDBOX ? "" : sandbox, ...filters };
  const query = new URLSearchParams(Object.entries(all).filter(([, value]) => value));
  const path = id ? `${view}/${encodeURIComponent(id)}` : view;
  return `#/${path}${query.size ? `?${query}` : ""}`;
}

export const link = (view, params, ...content) => h("a", { href: address(view, params) }, content);

/** Return the control token in an address such as `#token=secret`, which the terminal shows; null if there is none. */
export function tokenInAddress() {
  return location.hash.startsWith("#token=") ? decoded(location.hash.slice("#token=".length)) : null;
}

/** Change the address without a new entry in the browser's history: filters, which a reload keeps. */
export function replaceAddress(params) {
  history.replaceState(null, "", address(current().view, params));
}
