/**
 * A request as a program, in curl, Python and JavaScript. It has `method`, `url`, `headers` (pairs), `fields` of a form
 * (an object) and either `files` of a form or a `body`. What is sent is given as the program's own expression: `command`
 * prints it in a shell, `bytes` is Python's, `text` JavaScript's; files have `field`, `name` and perhaps `type` too.
 */

export const shell = (text) => `'${text.replaceAll("'", "'\\''")}'`;
export const quoted = (text) => JSON.stringify(text);

/** Return a command; with several files it is for a shell that knows process substitution. */
export function asCurl({ method, url, headers, fields = {}, files = [], body }) {
  const sources = body ? [body] : files;
  const input = ({ command }) => (sources.length > 1 ? `@<(${command})` : "@-");
  const part = ({ name, type }) => `;filename="${name.replace(/["\\]/g, "\\$&")}"${type ? `;type=${type}` : ""}`;
  const lines = [
    `${sources.length === 1 ? `${sources[0].command} | ` : ""}curl -i -X ${method}`,
    ...headers.map(([name, value]) => `-H ${shell(`${name}: ${value}`)}`),
    ...Object.entries(fields).map(([name, value]) => `-F ${shell(`${name}=${value}`)}`),
    ...files.map((file) => `-F ${file.field}=${input(file)}${shell(part(file))}`),
    ...(body ? ["--data-binary @-"] : []),
    shell(url),
  ];
  return lines.join(" \\\n  ");
}

export function pythonCall(client, url, { method, headers, fields, files = [], body }) {
  const parts = files.map(({ field, name, bytes, type }) => {
    return `(${quoted(field)}, (${quoted(name)}, ${bytes}${type ? `, ${quoted(type)}` : ""}))`;
  });
  const options = [
    `${quoted(method)},`,
    `${url},`,
    ...dictionary("headers", headers),
    ...(files.length ? dictionary("data", Object.entries(fields ?? {})) : []),
    ...(files.length ? [`files=[${parts.join(", ")}],`] : []),
    ...(body ? [`content=${body.bytes},`] : []),
  ];
  return [`${client}.request(`, ...indented(options), ")"];
}

function dictionary(name, pairs) {
  if (!pairs.length) return [];
  return [`${name}={`, ...indented(pairs.map(([key, value]) => `${quoted(key)}: ${quoted(value)},`)), "},"];
}

export function indented(lines) {
  return lines.map((line) => (line ? `    ${line}` : line));
}

export function asPython(request) {
  const [first, ...rest] = pythonCall("httpx", quoted(request.url), request);
  return ["import httpx", "", `response = ${first}`, ...rest, "print(response.status_code, response.text)", ""].join("\n");
}

export function asJavaScript({ method, url, headers, fields = {}, files = [], body }) {
  const parts = [
    ...Object.entries(fields).map(([name, value]) => [quoted(name), quoted(value)]),
    ...files.map(({ field, name, text, type }) => {
      return [quoted(field), `new Blob([${text}], { type: ${quoted(type)} })`, quoted(name)];
    }),
  ];
  const form = ["const form = new FormData();", ...parts.map((part) => `form.append(${part.join(", ")});`), ""];
  return `${body ? "" : form.join("\n")}const response = await fetch(${quoted(url)}, {
  method: ${quoted(method)},
  headers: ${JSON.stringify(Object.fromEntries(headers), null, 2).replaceAll("\n", "\n  ")},
  body: ${body ? body.text : "form"},
});
console.log(response.status, await response.text());
`;
}
