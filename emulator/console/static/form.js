/** Forms made from the schemas of the control API's OpenAPI document. */

import { constant } from "./api.js";
import { h, select } from "./dom.js";

/** Return a schema of the control API by its name. Throws Problem. */
export async function schema(name) {
  const { components } = await constant("/openapi.json");
  return components.schemas[name];
}

/** Return a labelled field for a member of a schema. The prefix keeps the ids of two forms apart. */
export function field(name, member, options) {
  const type = (member.anyOf ?? [member]).find((choice) => choice.type !== "null");
  const id = `${options.prefix}-${name}`;
  const properties = { id, name, "aria-describedby": `${id}-help`, required: options.required, ...options.properties };
  let input;
  if (type.enum) {
    input = select(properties, options.required ? type.enum : [["", "any"], ...type.enum]);
  } else if (type.type === "integer" || type.type === "number") {
    input = h("input", { ...properties, type: "number", step: type.type === "integer" ? "1" : "any" });
  } else {
    input = h("input", { ...properties, type: "text", autocomplete: "off", spellcheck: "false" });
  }
  const label = h("label", { for: id }, name.replaceAll("_", " "));
  return h("div", { class: "field" }, label, input, h("small", { id: `${id}-help` }, plain(member.description)));
}

/** Return the values that were entered into a form, as the schema types them; empty and hidden fields are left out. */
export function values(form, { properties }) {
  const entered = {};
  for (const [name, member] of Object.entries(properties)) {
    const input = form.elements[name];
    if (!input || input.value === "" || input.closest("[hidden]")) continue;
    const isNumber = (member.anyOf ?? [member]).some((choice) => ["integer", "number"].includes(choice.type));
    entered[name] = isNumber ? Number(input.value) : input.value;
  }
  return entered;
}

/** Return a description without the marks of its markup. */
function plain(text = "") {
  return text.replaceAll("`", "");
}
