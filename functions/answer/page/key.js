import { element } from "./element.js";

const NAME = "footnote-key";

/** Headers that say who asks, once the reader has given a key. */
export function credentials() {
  const key = sessionStorage.getItem(NAME);
  return key ? { authorization: `Bearer ${key}` } : {};
}

/** Asks for a key, keeps it until the tab is closed, and calls `given`. */
export function keyField(given) {
  const field = element("input", { type: "password", autocomplete: "off", required: true, spellcheck: "false" });
  const submit = (event) => {
    event.preventDefault();
    sessionStorage.setItem(NAME, field.value.trim());
    given();
  };
  const button = element("button", { type: "submit", class: "again" }, "Use this key");
  return element("form", { class: "key", submit }, element("label", {}, "Your key ", field), button);
}
