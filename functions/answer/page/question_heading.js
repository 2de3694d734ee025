import { element } from "./element.js";

const MAX_CHARACTERS = 400;
const MAX_LINES = 6;

/** A question as a heading. A long one is collapsed, so that the answer is in sight, with a button to expand it. */
export function questionHeading(question) {
  const title = element("h2", { class: "question", dir: "auto" }, question);
  if (question.length <= MAX_CHARACTERS && question.split("\n").length <= MAX_LINES) return [title];
  const click = () => {
    const short = title.classList.toggle("short");
    toggle.textContent = short ? "Show all" : "Show less";
    toggle.setAttribute("aria-expanded", !short);
  };
  const toggle = element("button", { type: "button", class: "again", click });
  click();
  return [title, toggle];
}
