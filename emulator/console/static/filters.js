/** The filters above a list: kept in the address, so that a reload and a pasted address keep them too. */

import { h, select } from "./dom.js";
import { replaceAddress } from "./route.js";
import { VENDORS } from "./vendors.js";

export const search = (placeholder) => h("input", { type: "search", placeholder, "aria-label": "Text" });
export const choice = (label, options) => select({ "aria-label": label }, options);
export const vendorTitles = () => Object.values(VENDORS).map(({ name, title }) => [name, title]);
export const vendorChoice = () => choice("Vendor", [["", "All vendors"], ...vendorTitles()]);

/** Inputs by their names in the address, of which `text` is the search. Calls `changed` after an entry. */
export class Filters {
  constructor(inputs, changed) {
    this.inputs = inputs;
    this.changed = changed;
    for (const input of Object.values(inputs)) {
      input.addEventListener("input", () => {
        replaceAddress({ id: this.id, ...this.values() });
        changed();
      });
    }
  }

  update = ({ id, params }) => {
    this.id = id;
    for (const [name, input] of Object.entries(this.inputs)) {
      input.value = params.get(name) ?? "";
      if (input.selectedIndex < 0) input.selectedIndex = 0;
    }
    this.changed();
  };

  values() {
    return Object.fromEntries(Object.entries(this.inputs).map(([name, input]) => [name, input.value]));
  }

  finds(...texts) {
    const text = this.inputs.text.value.trim().toLowerCase();
    if (!text) return true;
    const searched = texts.join(" ").toLowerCase();
    return text.split(/\s+/).every((word) => searched.includes(word));
  }
}
