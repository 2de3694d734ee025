import { Catalogue } from "./catalogue.js";
import { Conversation } from "./conversation.js";
import { element } from "./element.js";
import { Library } from "./library.js";
import { Panel } from "./panel.js";
import { Reader } from "./reader.js";

const EXAMPLES = [
  "What is Footnote?",
  "How does Footnote keep the index in step with the bucket?",
  "What happens to a file that cannot be read?",
];

const $ = (id) => document.getElementById(id);
const question = $("question");
const panel = new Panel($("panel"));
const catalogue = new Catalogue();
const conversation = new Conversation($("turns"), (citation, link) =>
  panel.show(new Reader({ ...citation, citation }), link),
);

function send(text) {
  if (!text.trim() || conversation.busy) return;
  question.value = "";
  if (matchMedia("(hover: none)").matches) question.blur();
  conversation.ask(text.trim());
}

function draw() {
  const waiting = catalogue.documents?.length === 0;
  document.body.classList.toggle("fresh", conversation.empty);
  $("welcome").hidden = !conversation.empty;
  $("anew").hidden = conversation.empty;
  $("examples").hidden = !conversation.empty || waiting;
  $("empty").hidden = !conversation.empty || !waiting;
  $("send").hidden = conversation.busy;
  $("send").disabled = !question.value.trim();
  $("stop").hidden = !conversation.busy;
  $("library").setAttribute("aria-expanded", panel.view instanceof Library);
  $("count").textContent = catalogue.documents ? catalogue.current.length + (catalogue.more ? "+" : "") : "";
}

function keydown(event) {
  const typing = event.target.matches("textarea, input");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    question.focus();
  }
  if (event.key === "Escape" && panel.dialog.open) panel.close();
}

$("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  send(question.value);
});
question.addEventListener("input", draw);
question.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  send(question.value);
});
$("stop").addEventListener("click", () => conversation.stop());
$("anew").addEventListener("click", () => {
  conversation.clear();
  question.focus();
});
$("library").addEventListener("click", (event) => {
  if (panel.view instanceof Library) return panel.close();
  panel.show(new Library(catalogue, panel), event.currentTarget);
  catalogue.refresh();
});
$("examples").querySelector("ul").append(
  ...EXAMPLES.map((text) =>
    element("li", {}, element("button", { type: "button", click: () => send(text) }, text)),
  ),
);
document.addEventListener("keydown", keydown);
conversation.addEventListener("change", draw);
catalogue.addEventListener("change", draw);
panel.addEventListener("change", draw);
catalogue.watch(() => panel.view instanceof Library || conversation.empty);
draw();
