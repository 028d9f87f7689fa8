/** Forms made from the schemas of the control API's OpenAPI document. */

import { Problem, constant } from "./api.js";
import { h, select } from "./dom.js";

export const schema = async (name) => (await constant("/openapi.json")).components.schemas[name];

export function inputFor(member, properties) {
  const type = typeOf(member);
  const choices = type.type === "boolean" ? ["true", "false"] : type.enum;
  if (choices) return select(properties, properties.required ? choices : [["", "any"], ...choices]);
  if (type.type === "object") return h("textarea", { rows: 3, spellcheck: "false", placeholder: "{}", ...properties });
  if (type.format === "date-time") return h("input", { type: "datetime-local", step: 1, ...properties });
  const isNumber = ["integer", "number"].includes(type.type);
  const entry = isNumber ? { type: "number", step: type.type === "integer" ? 1 : "any" } : { spellcheck: "false" };
  return h("input", { autocomplete: "off", ...entry, ...properties });
}

export function valueOf(member, { name, value }) {
  const type = typeOf(member);
  if (type.type === "boolean") return value === "true";
  if (type.format === "date-time") return `${value}Z`;
  if (["integer", "number"].includes(type.type)) return Number(value);
  if (type.type !== "object") return value;
  try {
    return JSON.parse(value);
  } catch (error) {
    throw new Problem(`The ${name} are not JSON.`, error.message);
  }
}

function typeOf(member) {
  return (member.anyOf ?? [member]).find((choice) => choice.type !== "null");
}

/**
 * Return a form for the members of a schema. `inputs` are further properties by member, `arrange` takes the fields by
 * member and returns what the form shows, and `act` takes the entered values, without empty and disabled fields.
 */
export function schemaForm({ title, button, members, required = [], inputs = {}, arrange = Object.values, act }) {
  const fields = Object.fromEntries(Object.entries(members).map(([name, member]) => {
    const id = `${button}-${name}`;
    const own = { id, name, "aria-describedby": `${id}-help`, required: required.includes(name) };
    const help = h("small", { id: `${id}-help` }, member.description?.replaceAll("`", ""));
    const label = h("label", { for: id }, name.replaceAll("_", " "));
    return [name, h("div.field", label, inputFor(member, { ...own, ...inputs[name] }), help)];
  }));
  const form = h("form.card", { onsubmit: submit },
    h("h2", title), arrange(fields), h("button", button));
  // Only what is visible can say what is wrong with it.
  form.addEventListener("invalid", ({ target }) => target.closest("details")?.setAttribute("open", ""), true);
  async function submit(event) {
    event.preventDefault();
    const entered = [...form.elements].filter((input) => input.name && input.value && !input.disabled);
    return act(Object.fromEntries(entered.map((input) => [input.name, valueOf(members[input.name], input)])));
  }
  return form;
}
