// What the scripts share: a test runs one step of a script, and reads what it returns.
import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";

/** Run the step that the command line names, with the JSON of standard input, and print what it returns as JSON. */
export async function run(steps) {
  const [name] = process.argv.slice(2);
  const result = await steps[name](JSON.parse(await text(process.stdin)));
  process.stdout.write(JSON.stringify(result));
}

/** Return the bytes of a file that a test names. */
export function read(path) {
  return readFile(path);
}

/** Return bytes as they can stand in JSON. Anything but bytes is an error, so that no client's wrapper slips through. */
export function base64(bytes) {
  if (!(bytes instanceof Uint8Array)) throw new TypeError(`no bytes: ${bytes}`);
  return Buffer.from(bytes).toString("base64");
}
