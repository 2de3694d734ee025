import { count } from "./element.js";

const MAX_LENGTH = 8000;

/** The input of a question; `message` says when it is too long. Lengths are in code points, as in the API. */
export class QuestionField {
  constructor(input, message) {
    this.input = input;
    this.message = message;
  }

  get text() {
    return this.input.value.trim();
  }

  get length() {
    const { text } = this;
    return text.length > MAX_LENGTH ? [...text].length : text.length;
  }

  /** Whether the question can be sent. */
  get ready() {
    return this.length > 0 && this.length <= MAX_LENGTH;
  }

  draw() {
    const tooLong = this.length > MAX_LENGTH;
    const message = `${count(this.length, "character")}; the limit is ${MAX_LENGTH.toLocaleString()}.`;
    this.message.textContent = tooLong ? message : "";
    this.input.setAttribute("aria-invalid", tooLong);
  }
}

/** Whether a key event belongs to an input method composing a character. Safari shows it by the key code alone. */
export const isComposing = (event) => event.isComposing || event.keyCode === 229;
