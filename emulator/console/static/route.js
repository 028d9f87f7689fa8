/** Addresses of this page: `#/requests/17?sandbox=orders&status=4xx`. */

export const DEFAULT_SANDBOX = "default";

/** Return the parts of the address that the browser shows. */
export function current() {
  const [path, query] = location.hash.replace(/^#\/?/, "").split("?", 2);
  const [view, ...rest] = path.split("/").map(decode);
  const params = new URLSearchParams(query);
  return { view: view || "start", id: rest.join("/") || null, params, sandbox: params.get("sandbox") || DEFAULT_SANDBOX };
}

function decode(segment) {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** Return the address of a view, in the sandbox that is shown now unless another is given. */
export function address(view, id, params = {}) {
  const query = new URLSearchParams();
  const sandbox = params.sandbox ?? current().sandbox;
  if (sandbox !== DEFAULT_SANDBOX) query.set("sandbox", sandbox);
  for (const [name, value] of Object.entries(params)) {
    if (name !== "sandbox" && value) query.set(name, value);
  }
  const path = id === null || id === undefined ? view : `${view}/${encodeURIComponent(id)}`;
  return `#/${path}${query.size ? `?${query}` : ""}`;
}

/** Change the query of the address without a new entry in the browser's history: filters, which a reload keeps. */
export function replaceParams(changes) {
  const { view, id, params } = current();
  history.replaceState(null, "", address(view, id, { ...Object.fromEntries(params), ...changes }));
}
