import { actions } from "./actions.js";
import { announce, count, element, place } from "./element.js";
import { Footnotes } from "./footnotes.js";
import { heading } from "./heading.js";
import { enclose } from "./inline.js";
import { keyField } from "./key.js";
import { blocks, render } from "./prose.js";

/** A question and its answer on the page. `on` hears the reader's wishes: `cite(citation, link)`, `again()`, and `look(link, ...)` at a mark. */
export class Turn {
  constructor(number, question, on) {
    this.on = on;
    this.text = "";
    this.response = null;
    this.footnotes = new Footnotes(number, on);
    this.wait = element("p", { class: "wait" }, "Reading your documents");
    this.answer = element("div", { class: "answer" }, this.wait);
    this.after = element("div", { class: "after" });
    this.node = element("li", { class: "turn", "aria-busy": "true" }, heading(question), this.answer, this.footnotes.node, this.after);
    announce("Reading your documents");
  }

  add({ event, data }) {
    if (event === "delta") this.text += data.text;
    if (event === "citation") this.footnotes.add(data);
    if (event === "done") return this.finish(data);
    this.frame ??= requestAnimationFrame(() => this.draw());
  }

  /** Draw what has come so far. */
  draw() {
    cancelAnimationFrame(this.frame);
    this.frame = null;
    const shown = blocks(enclose(this.shown, this.response?.statements ?? []));
    if (shown.length) place(this.answer, shown.map((block, index) => this.block(block, this.answer.children[index])));
    this.footnotes.draw();
  }

  /** The node of a block: the old one where neither the block nor a citation that it uses has changed. */
  block(block, old) {
    const ended = this.response !== null;
    const drawn = JSON.stringify(block);
    const used = (drawn.match(/\d+(?=\])/g) ?? []).map((number) => this.footnotes.citations.get(Number(number)) ?? ended);
    const state = drawn + JSON.stringify(used);
    if (old?.state === state) return old;
    return Object.assign(render(block, (number) => this.footnotes.mark(number, ended)), { state });
  }

  /** A footnote's mark that has come only in part is kept back. */
  get shown() {
    return this.response ? this.text : this.text.replace(/\s*\[\d*$/, "");
  }

  finish(response) {
    this.response = response;
    this.text = response.answer;
    response.citations.forEach((citation) => this.footnotes.add(citation));
    this.draw();
    this.node.classList.toggle("refused", response.refused);
    this.end(this.notices(), element("div", { class: "foot" }, this.colophon(), actions(response)));
    const said = [this.answer, ...this.after.querySelectorAll(".notice")].map((node) => node.innerText);
    announce(`${said.join(" ")} ${count(this.footnotes.size, "footnote")}.`);
  }

  fail(failure) {
    const said = [failure.message, failure.advice, failure.patience].filter(Boolean);
    const why = element("p", {}, element("strong", {}, said[0]), ` ${said.slice(1).join(" ")}`);
    const stranger = failure.type === "unauthenticated";
    const remedy = stranger ? keyField(() => this.on.again()) : this.again("Try again");
    this.halt(element("div", { class: "failure", role: "alert" }, why, remedy));
  }

  stopped() {
    this.halt(element("p", { class: "colophon" }, "Stopped. ", this.again("Ask again")));
    announce("Stopped");
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

  again(label) {
    return element("button", { type: "button", class: "again", click: () => this.on.again() }, label);
  }

  notices() {
    const { refused, statements, notices } = this.response;
    const said = [...notices];
    if (refused) said.push("Other words may find it, or a document that covers it may still be missing from the bucket.");
    else if (statements.some(({ supported }) => !supported)) said.push("What is underlined is not borne out by your documents.");
    return said.map((text) => element("p", { class: "notice" }, text));
  }

  colophon() {
    const { model, timings_ms: timings, refused, grounded } = this.response;
    const source = model === "extractive" ? "Quoted from your documents, without a language model" : `Written by ${model}`;
    const facts = [refused ? "Looked for in your documents" : source];
    if (grounded) facts.push("every statement footnoted");
    if (timings.total) facts.push(duration(timings.total));
    return element("p", { class: "colophon" }, facts.join(" · "));
  }
}

function duration(milliseconds) {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}
