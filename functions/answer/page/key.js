import { element } from "./element.js";

const NAME = "footnote-key";
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;
const AROUND = /^[^\x21-\x7e]+|[^\x21-\x7e]+$/g;
const REFUSAL = "A key has letters, digits and plain signs, and no space between them. Copy yours once more.";

let key = usable(stored());

/** Headers that say who asks, once the reader has given a key. */
export function credentials() {
  return key ? { authorization: `Bearer ${key}` } : {};
}

/** Asks for a key, keeps it until the tab is closed, and calls `given`. */
export function keyField(given) {
  const input = () => field.setCustomValidity("");
  const field = element("input", { type: "password", autocomplete: "off", required: true, spellcheck: "false", input });
  const submit = (event) => {
    event.preventDefault();
    const found = usable(field.value);
    field.setCustomValidity(found ? "" : REFUSAL);
    if (!field.reportValidity()) return;
    keep(found);
    given();
  };
  const button = element("button", { type: "submit", class: "again" }, "Use this key");
  return element("form", { class: "key", submit }, element("label", {}, "Your key ", field), button);
}

/** The key in `text` without what came along when it was copied; "" where a header cannot carry it. */
function usable(text) {
  const found = text.replace(INVISIBLE, "").replace(AROUND, "");
  return /^[\x21-\x7e]+$/.test(found) ? found : "";
}

function stored() {
  try {
    return sessionStorage.getItem(NAME) ?? "";
  } catch {
    return "";
  }
}

function keep(found) {
  key = found;
  try {
    sessionStorage.setItem(NAME, key);
  } catch {
    // A browser that keeps nothing has the key until the page is left.
  }
}
