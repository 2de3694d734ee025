import { count } from "./element.js";

const LONGEST = 8000;

/** The field for a question; `said` tells that one is too long, in code points as the API counts them. */
export class Field {
  constructor(input, said) {
    this.input = input;
    this.said = said;
  }

  get text() {
    return this.input.value.trim();
  }

  get length() {
    const { text } = this;
    return text.length > LONGEST ? [...text].length : text.length;
  }

  /** Whether it holds what can be asked. */
  get ready() {
    return this.length > 0 && this.length <= LONGEST;
  }

  draw() {
    const excessive = this.length > LONGEST;
    const said = `${count(this.length, "character")}; a question may have ${LONGEST.toLocaleString()}.`;
    this.said.textContent = excessive ? said : "";
    this.input.setAttribute("aria-invalid", excessive);
  }
}

/** Whether a key belongs to the making of a character that the keyboard does not have. Safari tells by the code alone. */
export const composing = ({ isComposing, keyCode }) => isComposing || keyCode === 229;
