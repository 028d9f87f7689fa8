/** A described request as a program: in curl, Python and JavaScript. */

import { mountsOf } from "./vendors.js";

/** Quote a text for a shell. */
export const shell = (text) => `'${text.replaceAll("'", "'\\''")}'`;
/** Quote a text for Python or JavaScript. */
export const quoted = (text) => JSON.stringify(text);

/** Return a request description as a curl command. */
export function asCurl(request, sandbox) {
  const { method, path, headers, field, fields, file, type, content } = request;
  const upload = field
    ? [
        ...Object.entries(fields ?? {}).map(([name, value]) => `-F ${shell(`${name}=${value}`)}`),
        `-F ${shell(`${field}=@-;filename=${file};type=${type}`)}`,
      ]
    : ["--data-binary @-"];
  const options = [...Object.entries(headers).map(([name, value]) => `-H ${shell(`${name}: ${value}`)}`), ...upload];
  return [
    `printf ${shell(content)} | curl -X ${method}`,
    ...options.map((option) => `  ${option}`),
    `  ${shell(mountsOf(sandbox) + path)}`,
  ].join(" \\\n");
}

/** Return a request description as a Python program. */
export function asPython(request, sandbox) {
  const { method, path, headers, field, fields, file, type, content } = request;
  const body = field
    ? [
        `files={${quoted(field)}: (${quoted(file)}, b${quoted(content)}, ${quoted(type)})}`,
        ...(fields ? [`data=${quoted(fields)}`] : []),
      ]
    : [`content=b${quoted(content)}`];
  return `import httpx

response = httpx.${method.toLowerCase()}(
    ${quoted(mountsOf(sandbox) + path)},
    headers=${dictionary(headers, "    ")},
    ${body.join(",\n    ")},
)
print(response.status_code, response.text)
`;
}

/** Return a request description as a JavaScript program. */
export function asJavaScript(request, sandbox) {
  const { method, path, headers, field, fields, file, type, content } = request;
  const form = field
    ? [
        "const form = new FormData();",
        ...Object.entries(fields ?? {}).map(([name, value]) => `form.append(${quoted(name)}, ${quoted(value)});`),
        `form.append(${quoted(field)}, new Blob([${quoted(content)}], { type: ${quoted(type)} }), ${quoted(file)});`,
        "",
      ].join("\n")
    : "";
  return `${form}const response = await fetch(${quoted(mountsOf(sandbox) + path)}, {
  method: ${quoted(method)},
  headers: ${JSON.stringify(headers, null, 2).replaceAll("\n", "\n  ")},
  body: ${field ? "form" : quoted(content)},
});
console.log(response.status, await response.text());
`;
}

/** Return a Python dictionary of texts, whose first line continues one with this indentation. */
export function dictionary(values, indent) {
  const lines = Object.entries(values).map(([name, value]) => `${indent}    ${quoted(name)}: ${quoted(value)},`);
  return lines.length ? `{\n${lines.join("\n")}\n${indent}}` : "{}";
}
