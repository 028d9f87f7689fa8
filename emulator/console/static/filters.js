/** The filters above a list: kept in the address, so that a reload and a pasted address keep them too. */

import { h, select } from "./dom.js";
import { replaceAddress } from "./route.js";
import { VENDORS } from "./vendors.js";

export const search = (placeholder) => h("input", { type: "search", placeholder, "aria-label": "Text" });
export const choice = (label, options) => select({ "aria-label": label }, options);
export const check = () => h("input", { type: "checkbox" });
export const vendorTitles = () => Object.values(VENDORS).map(({ name, title }) => [name, title]);
export const vendorChoice = () => choice("Vendor", [["", "All vendors"], ...vendorTitles()]);

/**
 * Inputs by their names in the address, of which `text` is the search. Calls `changed` after an entry. The `id` is that
 * of the route; where a list shows the one entry with it alone, `keepsId` is false and an entry drops it.
 */
export class Filters {
  constructor(route, inputs, changed, keepsId = true) {
    this.inputs = inputs;
    this.set(route);
    for (const input of Object.values(inputs)) {
      input.addEventListener("input", () => {
        if (!keepsId) this.id = null;
        replaceAddress(this.id, this.values());
        changed();
      });
    }
  }

  set({ id, params }) {
    this.id = id;
    for (const [name, input] of Object.entries(this.inputs)) {
      if (input.type === "checkbox") input.checked = params.has(name);
      else input.value = params.get(name) ?? input.options?.[0]?.value ?? "";
    }
  }

  values() {
    const valueOf = (input) => (input.type === "checkbox" ? input.checked && "true" : input.value);
    return Object.fromEntries(Object.entries(this.inputs).map(([name, input]) => [name, valueOf(input)]));
  }

  finds(...texts) {
    const text = this.inputs.text.value.trim().toLowerCase();
    if (!text) return true;
    const searched = texts.join(" ").toLowerCase();
    return text.split(/\s+/).every((word) => searched.includes(word));
  }
}
