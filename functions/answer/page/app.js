import { Catalogue } from "./catalogue.js";
import { Conversation } from "./conversation.js";
import { DropZone } from "./drop_zone.js";
import { element, keepFocus } from "./element.js";
import { Library } from "./library.js";
import { Panel } from "./panel.js";
import { Poller } from "./poller.js";
import { Preview } from "./preview.js";
import { QuestionField, isComposing } from "./question_field.js";
import { Reader } from "./reader.js";
import { Uploads } from "./uploads.js";

const SAMPLE = "what-footnote-is.md";
/** Questions about the sample documents: other documents do not answer them. */
const EXAMPLES = [
  "What is Footnote?",
  "How does the index follow the bucket?",
  "What happens to a file that fails?",
];

// On a touch screen the focus would open the keyboard.
const touchScreen = matchMedia("(hover: none)").matches;
const $ = (id) => document.getElementById(id);
const question = $("question");
const field = new QuestionField(question, $("excess"));
const panel = new Panel($("panel"));
const catalogue = new Catalogue();
const uploads = new Uploads(catalogue);
const preview = new Preview($("preview"));
const conversation = new Conversation($("turns"), {
  openCitation: (citation, link) => panel.show(new Reader({ ...citation, citation }), link),
  preview: (...mark) => preview.attach(...mark),
});

function showLibrary(opener) {
  if (!(panel.view instanceof Library)) panel.show(new Library(catalogue, uploads, panel), opener);
  catalogue.refresh();
}

function send(text) {
  if (conversation.busy) return;
  question.value = "";
  if (touchScreen) question.blur();
  conversation.ask(text);
}

/** The old conversation stays behind the browser's Back button. */
function startAnew() {
  history.pushState([], "");
  conversation.restore([]);
  question.focus();
}

/** Show the conversation that the tab's history has here. It has none where a link within the page was followed. */
function showFromHistory() {
  if (history.state) conversation.restore(history.state);
  else keepInHistory();
}

/** The history of a tab outlives a reload, and ends with the tab. */
function keepInHistory() {
  history.replaceState(conversation.saved, "");
}

function submit() {
  if (field.ready) send(field.text);
}

/** The focus moves from the button that was pressed to Stop, and at the end to the field. */
function onConversationChange() {
  keepInHistory();
  keepFocus(draw, () => (conversation.busy ? $("stop") : touchScreen ? null : question));
  if (conversation.busy && document.activeElement === document.body) $("stop").focus();
}

/** Put the last question into the field again, to be edited. */
function recallQuestion(event) {
  if (!conversation.last) return;
  event.preventDefault();
  question.value = conversation.last;
  draw();
}

function draw() {
  const noDocuments = catalogue.empty;
  document.body.classList.toggle("fresh", conversation.empty);
  $("welcome").hidden = !conversation.empty;
  $("anew").hidden = conversation.empty;
  $("examples").hidden = !conversation.empty || !catalogue.current.some(({ key }) => key === SAMPLE);
  $("empty").hidden = !conversation.empty || !noDocuments;
  $("advice").textContent = uploads.advice;
  $("add").hidden = !uploads.allowed;
  $("send").hidden = conversation.busy;
  $("send").disabled = !field.ready;
  $("stop").hidden = !conversation.busy;
  field.draw();
  $("library").setAttribute("aria-expanded", panel.view instanceof Library);
  $("count").textContent = catalogue.documents ? catalogue.current.length.toLocaleString() + (catalogue.hasMore ? "+" : "") : "";
}

function keydown(event) {
  if (isComposing(event)) return;
  const typing = event.target.matches("textarea, input");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    question.focus();
  }
  if (event.key === "Escape") escape(event);
}

/** Close the preview, else the panel, else stop the answer. */
function escape(event) {
  if (preview.open) {
    event.preventDefault();
    preview.hide();
  } else if (panel.dialog.open) panel.close();
  else conversation.stop();
}

$("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
});
question.addEventListener("input", draw);
question.addEventListener("keydown", (event) => {
  if (isComposing(event)) return;
  if (event.key === "ArrowUp" && !question.value) recallQuestion(event);
  if (event.key !== "Enter" || event.shiftKey) return;
  event.preventDefault();
  submit();
});
$("stop").addEventListener("click", () => conversation.stop());
$("anew").addEventListener("click", startAnew);
// To follow this link would replace the conversation in the tab's history.
$("home").addEventListener("click", (event) => {
  if (conversation.empty || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  startAnew();
});
$("library").addEventListener("click", (event) => {
  if (panel.view instanceof Library) return panel.close();
  showLibrary(event.currentTarget);
});
$("add").addEventListener("click", (event) => {
  showLibrary(event.currentTarget);
  panel.view.chooseFiles();
});
new DropZone($("drop"), uploads, (files) => {
  showLibrary();
  uploads.add(files);
});
$("examples").querySelector("ul").append(
  ...EXAMPLES.map((text) =>
    element("li", {}, element("button", { type: "button", click: () => send(text) }, text)),
  ),
);
document.addEventListener("keydown", keydown);
conversation.addEventListener("change", onConversationChange);
catalogue.addEventListener("change", draw);
panel.addEventListener("change", draw);
uploads.addEventListener("change", draw);
conversation.addEventListener("change", () => uploads.terms ?? uploads.loadTerms());
uploads.loadTerms();
const poller = new Poller(() => (panel.view instanceof Library || conversation.empty) && catalogue.refresh());
uploads.addEventListener("change", () => poller.wake());
draw();
addEventListener("popstate", showFromHistory);
showFromHistory();
