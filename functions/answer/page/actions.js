import { rate } from "./api.js";
import { announce, element, icon } from "./element.js";
import { Failure } from "./failure.js";

const MESSAGE_DURATION = 2500;
const RATINGS = { up: "Good answer", down: "Bad answer" };

/** The buttons below an answer: to copy it with its footnotes, and to rate it. */
export function actions(response) {
  const message = element("span", { class: "said", "aria-hidden": "true" });
  const say = (words) => {
    message.textContent = words;
    announce(words);
    setTimeout(() => message.textContent === words && message.replaceChildren(), MESSAGE_DURATION);
  };
  const copy = button("copy", "Copy the answer", async () => say(await tryCopy(toMarkdown(response))));
  const ratings = Object.entries(RATINGS).map(([rating, label]) => {
    const choice = button(rating, label, async () => {
      if (choice.ariaPressed === "true") return;
      const recorded = await tryRate(response.id, rating);
      if (recorded) ratings.forEach((one) => (one.ariaPressed = String(one === choice)));
      say(recorded ? "Thank you" : "Your rating could not be saved");
    });
    choice.ariaPressed = "false";
    return choice;
  });
  return element("div", { class: "actions", role: "group", "aria-label": "This answer" }, message, copy, ratings);
}

function button(name, label, click) {
  return element("button", { type: "button", class: "icon", "aria-label": label, title: label, click }, icon(name));
}

/** Returns whether the rating was recorded. */
async function tryRate(answer, rating) {
  try {
    await rate(answer, rating);
    return true;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return false;
  }
}

/** The answer with its footnotes below. */
function toMarkdown({ answer, citations }) {
  const notes = citations.map(({ number, title, page, quote }) => {
    const where = page == null ? "" : `, page ${page}`;
    return `[${number}] ${title}${where}: “${quote.replace(/\s+/g, " ")}”`;
  });
  return [answer, ...notes].join("\n\n");
}

/** Returns the message for the reader. */
async function tryCopy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return "Copied";
  } catch {
    return "The browser does not allow copying";
  }
}
