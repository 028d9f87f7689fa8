/** The form for the control token, which a server may ask for. */

import { useToken } from "./api.js";
import { h } from "./dom.js";
import { problem } from "./messages.js";

/** Return the form, below what the server answered; `onToken` is called once the token is set. */
export function tokenForm(error, onToken) {
  const input = h("input", { id: "token", type: "password", autocomplete: "current-password", required: true });
  const submit = (event) => {
    event.preventDefault();
    useToken(input.value.trim());
    onToken();
  };
  return h("form", { onsubmit: submit },
    problem(error),
    h("p", { class: "field" }, h("label", { for: "token" }, "Control token"), input),
    h("p", {}, h("button", {}, "Use this token")));
}
