/** What became of a file that this page sent to a vendor: said where it was dropped, with a way to its exchange. */

import { bytes, fill, name, statusBadge } from "./dom.js";
import { link } from "./route.js";

export async function describe(element, feed, title, file, send) {
  fill(element, "Sending ", name(file.name), " …");
  const last = () => [...feed.exchanges.keys()].at(-1);
  const before = last();
  // A broken connection, as some faults leave, is a TypeError.
  const { status } = await send().catch((error) => {
    if (!(error instanceof TypeError)) throw error;
    return { status: null };
  });
  // Until its exchange is seen, the last one where there were several.
  for (let tries = 0; tries < 10 && (!tries || last() === before); tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  const id = last();
  const outcome = status === null ? "got no answer from" : status < 300 ? "was accepted by" : "was refused by";
  fill(element,
    statusBadge(status), " ", name(file.name), ` (${bytes(file.size)}) ${outcome} ${title}. `,
    id !== before && link("requests", { id }, `See request ${id}`));
}
