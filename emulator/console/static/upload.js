/** What became of a file that this page sent to a vendor: said where it was dropped, with a way to its exchange. */

import { badge, bytes, fill, h, name } from "./dom.js";
import { address } from "./route.js";

/**
 * Send a file and say in an element what came of it. `send` returns the vendor's response, or throws TypeError where
 * the connection broke.
 */
export async function describe(element, feed, title, file, send) {
  fill(element, "Sending ", name(file.name), " …");
  const ended = nextExchange(feed);
  let status = null;
  try {
    ({ status } = await send());
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  const exchange = await ended;
  const link = exchange && h("a", { href: address("requests", exchange.number) }, `See request ${exchange.number}`);
  fill(element,
    statusBadge(status), " ", name(file.name), ` (${bytes(file.size)}) `,
    status === null ? `got no answer from ${title}. ` : status < 300 ? `was accepted by ${title}. ` : `was refused by ${title}. `,
    link);
}

/** Return the last exchange that ends while a request is under way, or null if none is seen within two seconds. */
function nextExchange(feed) {
  return new Promise((resolve) => {
    let timer = setTimeout(() => finish(null), 10_000);
    function listen({ detail }) {
      clearTimeout(timer);
      // More may follow, of an upload that takes several requests.
      timer = setTimeout(() => finish(detail.at(-1)), 300);
    }
    function finish(exchange) {
      feed.removeEventListener("exchanges", listen);
      resolve(exchange);
    }
    feed.addEventListener("exchanges", listen);
  });
}

export function statusBadge(status) {
  return badge(status === null ? "no answer" : String(status), status === null ? "none" : `s${Math.floor(status / 100)}`);
}
