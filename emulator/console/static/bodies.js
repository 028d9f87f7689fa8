/** The bodies of exchanges, as far as they are still there. */

import { ask, inSandbox, send } from "./api.js";

/** The longest body that is not a file and that the journal holds, in bytes. */
const HELD_BYTES = 16 * 1024;

/** Return whether a body can be read: the journal itself holds short ones, and of files only the digest. */
export async function isAvailable(part, sandbox, signal) {
  if (!part.sha256) return part.size <= HELD_BYTES;
  const { files } = await ask("GET", inSandbox(sandbox, "/files"), { signal });
  return files.some((file) => file.sha256 === part.sha256);
}

/** Return the bytes that a client sent, or null for a form, and for what is not held any more. */
export async function requestBody({ number, request }, sandbox, signal) {
  if (!request.size || request.files.length || !(await isAvailable(request, sandbox, signal))) return null;
  const response = await send("GET", inSandbox(sandbox, `/journal/${number}/request`), { signal });
  return new Uint8Array(await response.arrayBuffer());
}
