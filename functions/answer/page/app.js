import { Catalogue } from "./catalogue.js";
import { Conversation } from "./conversation.js";
import { Drop } from "./drop.js";
import { element, keepFocus } from "./element.js";
import { Field, composing } from "./field.js";
import { Library } from "./library.js";
import { Panel } from "./panel.js";
import { Preview } from "./preview.js";
import { Reader } from "./reader.js";
import { Uploads } from "./uploads.js";
import { Watch } from "./watch.js";

const EXAMPLES = [
  "What is Footnote?",
  "How does the index follow the bucket?",
  "What happens to a file that fails?",
];

// Where a finger points, the focus would bring up the keyboard on the screen.
const touched = matchMedia("(hover: none)").matches;
const $ = (id) => document.getElementById(id);
const question = $("question");
const field = new Field(question, $("excess"));
const panel = new Panel($("panel"));
const catalogue = new Catalogue();
const uploads = new Uploads(catalogue);
const preview = new Preview($("preview"));
const conversation = new Conversation($("turns"), {
  cite: (citation, link) => panel.show(new Reader({ ...citation, citation }), link),
  look: (...mark) => preview.attach(...mark),
});

function showLibrary(opener) {
  if (!(panel.view instanceof Library)) panel.show(new Library(catalogue, uploads, panel), opener);
  catalogue.refresh();
}

function send(text) {
  if (conversation.busy) return;
  question.value = "";
  if (touched) question.blur();
  conversation.ask(text);
}

function submit() {
  if (field.ready) send(field.text);
}

/** The focus of a button that asked goes to the one that stops, and from there to the field. */
function turn() {
  keepFocus(draw, () => (conversation.busy ? $("stop") : touched ? null : question));
  if (conversation.busy && document.activeElement === document.body) $("stop").focus();
}

/** The last question once more, to be changed. */
function recall(event) {
  if (!conversation.last) return;
  event.preventDefault();
  question.value = conversation.last;
  draw();
}

function draw() {
  const waiting = catalogue.empty;
  document.body.classList.toggle("fresh", conversation.empty);
  $("welcome").hidden = !conversation.empty;
  $("anew").hidden = conversation.empty;
  $("examples").hidden = !conversation.empty || waiting;
  $("empty").hidden = !conversation.empty || !waiting;
  $("advice").textContent = uploads.advice;
  $("add").hidden = !uploads.allowed;
  $("send").hidden = conversation.busy;
  $("send").disabled = !field.ready;
  $("stop").hidden = !conversation.busy;
  field.draw();
  $("library").setAttribute("aria-expanded", panel.view instanceof Library);
  $("count").textContent = catalogue.documents ? catalogue.current.length.toLocaleString() + (catalogue.more ? "+" : "") : "";
}

function keydown(event) {
  if (composing(event)) return;
  const typing = event.target.matches("textarea, input");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    question.focus();
  }
  if (event.key === "Escape") escape(event);
}

/** Away with what came last. */
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
  if (composing(event)) return;
  if (event.key === "ArrowUp" && !question.value) recall(event);
  if (event.key !== "Enter" || event.shiftKey) return;
  event.preventDefault();
  submit();
});
$("stop").addEventListener("click", () => conversation.stop());
$("anew").addEventListener("click", () => {
  conversation.clear();
  question.focus();
});
$("library").addEventListener("click", (event) => {
  if (panel.view instanceof Library) return panel.close();
  showLibrary(event.currentTarget);
});
$("add").addEventListener("click", (event) => {
  showLibrary(event.currentTarget);
  panel.view.choose();
});
new Drop($("drop"), uploads, (files) => {
  showLibrary();
  uploads.add(files);
});
$("examples").querySelector("ul").append(
  ...EXAMPLES.map((text) =>
    element("li", {}, element("button", { type: "button", click: () => send(text) }, text)),
  ),
);
document.addEventListener("keydown", keydown);
conversation.addEventListener("change", turn);
catalogue.addEventListener("change", draw);
panel.addEventListener("change", draw);
uploads.addEventListener("change", draw);
conversation.addEventListener("change", () => uploads.terms ?? uploads.learn());
uploads.learn();
const watch = new Watch(() => (panel.view instanceof Library || conversation.empty) && catalogue.refresh());
uploads.addEventListener("change", () => watch.wake());
draw();
