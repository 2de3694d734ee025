import { actions } from "./actions.js";
import { keyField } from "./api_key.js";
import { announce, count, element, setChildren } from "./element.js";
import { Footnotes } from "./footnotes.js";
import { markUnsupported } from "./inline.js";
import { parseBlocks, renderBlock } from "./markdown.js";
import { questionHeading } from "./question_heading.js";

/** A question and its answer. Handlers: `openCitation(citation, link)`, `preview(link, ...)` and `retry()`. */
export class Turn {
  constructor(number, question, handlers) {
    this.handlers = handlers;
    this.question = question;
    this.text = "";
    this.response = null;
    this.footnotes = new Footnotes(number, handlers);
    this.wait = element("p", { class: "wait" }, "Reading your documents");
    this.answer = element("div", { class: "answer" }, this.wait);
    this.after = element("div", { class: "after" });
    this.node = element("li", { class: "turn", "aria-busy": "true" }, questionHeading(question), this.answer, this.footnotes.node, this.after);
  }

  add({ event, data }) {
    if (event === "delta") this.text += data.text;
    if (event === "citation") this.footnotes.add(data);
    if (event === "done") return this.finish(data);
    this.frame ??= requestAnimationFrame(() => this.draw());
  }

  /** Draw the text that has arrived so far. */
  draw() {
    cancelAnimationFrame(this.frame);
    this.frame = null;
    const drawn = parseBlocks(markUnsupported(this.completeText, this.response?.statements ?? []));
    if (drawn.length) setChildren(this.answer, drawn.map((block, index) => this.block(block, this.answer.children[index])));
    this.footnotes.draw();
  }

  /** The node of a block: the old one unless the block or one of its citations has changed. */
  block(block, old) {
    const ended = this.response !== null;
    const content = JSON.stringify(block);
    const used = (content.match(/\d+(?=\])/g) ?? []).map((number) => this.footnotes.citations.get(Number(number)) ?? ended);
    const state = content + JSON.stringify(used);
    if (old?.state === state) return old;
    return Object.assign(renderBlock(block, (number) => this.footnotes.mark(number, ended)), { state });
  }

  /** The text without the start of a footnote's mark that has not arrived whole. */
  get completeText() {
    return this.response ? this.text : this.text.replace(/\s*\[\d*$/, "");
  }

  finish(response) {
    this.response = response;
    this.text = response.answer;
    response.citations.forEach((citation) => this.footnotes.add(citation));
    this.draw();
    this.node.classList.toggle("refused", response.refused);
    this.end(this.notices(), element("div", { class: "foot" }, this.summary(), actions(response)));
  }

  /** Have a screen reader read the finished answer. */
  announce() {
    const said = [this.answer, ...this.after.querySelectorAll(".notice")].map((node) => node.innerText);
    announce(`${said.join(" ")} ${count(this.footnotes.size, "footnote")}.`);
  }

  fail(failure) {
    const [message, ...advice] = [failure.message, failure.advice, failure.waitAdvice].filter(Boolean);
    const why = element("p", {}, element("strong", {}, message), ` ${advice.join(" ")}`);
    const unauthenticated = failure.type === "unauthenticated";
    const remedy = unauthenticated ? keyField(() => this.handlers.retry()) : this.retryButton("Try again");
    this.halt(element("div", { class: "failure", role: "alert" }, why, remedy));
  }

  stopped() {
    this.halt(element("p", { class: "colophon" }, "Stopped. ", this.retryButton("Ask again")));
  }

  halt(node) {
    this.draw();
    this.end(node);
  }

  end(...nodes) {
    this.wait.remove();
    this.node.removeAttribute("aria-busy");
    this.after.replaceChildren(...nodes.flat());
  }

  retryButton(label) {
    return element("button", { type: "button", class: "again", click: () => this.handlers.retry() }, label);
  }

  notices() {
    const { refused, statements, notices } = this.response;
    const said = [...notices];
    if (refused) said.push("Try other words, or check that the bucket holds a document that covers this.");
    else if (statements.some(({ supported }) => !supported)) said.push("Your documents do not support what is underlined.");
    return said.map((text) => element("p", { class: "notice" }, text));
  }

  summary() {
    const { model, timings_ms: timings, refused, grounded } = this.response;
    const source = model === "extractive" ? "Quoted from your documents, without a language model" : `Written by ${model}`;
    const facts = [refused ? "Searched your documents" : source];
    if (grounded) facts.push("every statement footnoted");
    if (timings.total) facts.push(duration(timings.total));
    return element("p", { class: "colophon" }, facts.join(" · "));
  }
}

function duration(milliseconds) {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}
