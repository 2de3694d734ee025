import { element } from "./element.js";

const STORAGE_KEY = "footnote-key";
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;
const SURROUNDING = /^[^\x21-\x7e]+|[^\x21-\x7e]+$/g;
const INVALID = "An API key has only letters, digits and ASCII punctuation, without spaces. Copy yours again.";

let key = cleaned(stored());

/** The Authorization header, once the reader has entered a key. */
export function credentials() {
  return key ? { authorization: `Bearer ${key}` } : {};
}

/** A form for the key, which is kept until the tab is closed; `onKey` is called with a new one. */
export function keyField(onKey) {
  const input = () => field.setCustomValidity("");
  const field = element("input", { type: "password", autocomplete: "off", required: true, spellcheck: "false", input });
  const submit = (event) => {
    event.preventDefault();
    const found = cleaned(field.value);
    field.setCustomValidity(found ? "" : INVALID);
    if (!field.reportValidity()) return;
    store(found);
    onKey();
  };
  const button = element("button", { type: "submit", class: "again" }, "Use this key");
  return element("form", { class: "key", submit }, element("label", {}, "Your key ", field), button);
}

/** The key without anything that was copied along with it; "" if a header cannot carry it. */
function cleaned(text) {
  const found = text.replace(INVISIBLE, "").replace(SURROUNDING, "");
  return /^[\x21-\x7e]+$/.test(found) ? found : "";
}

function stored() {
  try {
    return sessionStorage.getItem(STORAGE_KEY) ?? "";
  } catch {
    return "";
  }
}

function store(found) {
  key = found;
  try {
    sessionStorage.setItem(STORAGE_KEY, key);
  } catch {
    // Without storage the key is kept until the page is left.
  }
}
