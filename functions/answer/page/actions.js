import { rate } from "./api.js";
import { announce, element, icon } from "./element.js";
import { Failure } from "./failure.js";

const LASTS = 2500;
const RATINGS = { up: "Good answer", down: "Bad answer" };

/** What a reader can do with an answer: copy it with its footnotes, and say what it was worth. */
export function actions(response) {
  const said = element("span", { class: "said", "aria-hidden": "true" });
  const say = (words) => {
    said.textContent = words;
    announce(words);
    setTimeout(() => said.textContent === words && said.replaceChildren(), LASTS);
  };
  const copy = button("copy", "Copy the answer", async () => say(await copied(asText(response))));
  const ratings = Object.entries(RATINGS).map(([rating, label]) => {
    const choice = button(rating, label, async () => {
      if (choice.ariaPressed === "true") return;
      const recorded = await rated(response.id, rating);
      if (recorded) ratings.forEach((one) => (one.ariaPressed = String(one === choice)));
      say(recorded ? "Thank you" : "That could not be recorded");
    });
    choice.ariaPressed = "false";
    return choice;
  });
  return element("div", { class: "actions", role: "group", "aria-label": "This answer" }, said, copy, ratings);
}

function button(name, label, click) {
  return element("button", { type: "button", class: "icon", "aria-label": label, title: label, click }, icon(name));
}

async function rated(answer, rating) {
  try {
    await rate(answer, rating);
    return true;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return false;
  }
}

/** The answer as Markdown, its footnotes below. */
function asText({ answer, citations }) {
  const notes = citations.map(({ number, title, page, quote }) => {
    const where = page == null ? "" : `, page ${page}`;
    return `[${number}] ${title}${where}: “${quote.replace(/\s+/g, " ")}”`;
  });
  return [answer, ...notes].join("\n\n");
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return "Copied";
  } catch {
    return "The browser does not allow it";
  }
}
