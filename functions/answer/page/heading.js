import { element } from "./element.js";

const LONG = 400;
const LINES = 6;

/** A question as a heading. Of a long one the beginning, so that the answer is in sight, and a button for all of it. */
export function heading(question) {
  const title = element("h2", { class: "question", dir: "auto" }, question);
  if (question.length <= LONG && question.split("\n").length <= LINES) return [title];
  const click = () => {
    const short = title.classList.toggle("short");
    whole.textContent = short ? "Show all" : "Show less";
    whole.setAttribute("aria-expanded", !short);
  };
  const whole = element("button", { type: "button", class: "again", click });
  click();
  return [title, whole];
}
