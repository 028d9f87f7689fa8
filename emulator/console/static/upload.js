/** What became of a file that this page sent to a vendor: said where it was dropped, with a way to its exchange. */

import { bytes, fill, name, statusBadge } from "./dom.js";
import { link } from "./route.js";

export async function describe(element, feed, title, file, send) {
  fill(element, "Sending ", name(file.name), " …");
  const ended = nextExchange(feed);
  // A broken connection, as some faults leave, is a TypeError.
  const { status } = await send().catch((error) => {
    if (!(error instanceof TypeError)) throw error;
    return { status: null };
  });
  const exchange = await ended;
  const outcome = status === null ? "got no answer from" : status < 300 ? "was accepted by" : "was refused by";
  fill(element,
    statusBadge(status), " ", name(file.name), ` (${bytes(file.size)}) ${outcome} ${title}. `,
    exchange && link("requests", { id: exchange.number }, `See request ${exchange.number}`));
}

/** Return the last exchange that ends while a request is under way, or null if none is seen within ten seconds. */
function nextExchange(feed) {
  return new Promise((resolve) => {
    let timer = setTimeout(finish, 10_000, null);
    function listen({ detail }) {
      clearTimeout(timer);
      // More may follow, of an upload that takes several requests.
      timer = setTimeout(finish, 300, detail.at(-1));
    }
    function finish(exchange) {
      feed.removeEventListener("exchanges", listen);
      resolve(exchange);
    }
    feed.addEventListener("exchanges", listen);
  });
}
