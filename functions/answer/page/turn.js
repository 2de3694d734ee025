import { actions } from "./actions.js";
import { announce, count, element } from "./element.js";
import { enclose, flag } from "./inline.js";
import { keyField } from "./key.js";
import { blocks, render } from "./prose.js";

/** A question and its answer on the page. `on` hears the reader's wishes: `cite(citation, link)`, `again()`, and `look(link, ...)` at a mark. */
export class Turn {
  constructor(number, question, on) {
    this.number = number;
    this.on = on;
    this.text = "";
    this.citations = new Map();
    this.answer = element("div", { class: "answer" }, element("p", { class: "wait" }, "Reading your documents"));
    this.footnotes = element("ol", { class: "footnotes", role: "list" });
    this.after = element("div", { class: "after" });
    const title = element("h2", { class: "question" }, question);
    this.node = element("li", { class: "turn", "aria-busy": "true" }, title, this.answer, this.footnotes, this.after);
    announce("Reading your documents");
  }

  add({ event, data }) {
    if (event === "delta") this.text += data.text;
    if (event === "citation") this.cite(data);
    if (event === "done") return this.finish(data);
    this.frame ??= requestAnimationFrame(() => this.draw());
  }

  cite(citation) {
    this.citations.set(citation.number, citation);
  }

  /** Draw what has come so far; blocks that did not change keep their nodes, and with them the focus. */
  draw() {
    cancelAnimationFrame(this.frame);
    this.frame = null;
    const known = [...this.citations.values()];
    blocks(enclose(this.shown, this.response?.statements ?? [])).forEach((block, index) => {
      const state = JSON.stringify([block, known.length]);
      const old = this.answer.children[index];
      if (old?.state === state) return;
      const node = Object.assign(render(block, (number) => this.mark(number)), { state });
      if (old) old.replaceWith(node);
      else this.answer.append(node);
    });
    this.footnotes.replaceChildren(...known.sort((a, b) => a.number - b.number).map((one) => this.footnote(one)));
  }

  /** A footnote's mark that has come only in part is kept back. */
  get shown() {
    return this.response ? this.text : this.text.replace(/\s*\[\d*$/, "");
  }

  finish(response) {
    this.response = response;
    this.text = response.answer;
    response.citations.forEach((citation) => this.cite(citation));
    this.answer.replaceChildren();
    this.draw();
    this.node.classList.toggle("refused", response.refused);
    this.end(this.notices(), element("div", { class: "foot" }, this.colophon(), actions(response)));
    announce(`${response.answer} ${count(this.citations.size, "footnote")}.`);
  }

  fail(failure) {
    const wait = failure.retryAfter ? ` Footnote asks for ${count(failure.retryAfter, "second")} of patience.` : "";
    const why = element("p", {}, element("strong", {}, failure.message), ` ${failure.advice}${wait}`);
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
    this.answer.querySelector(".wait")?.remove();
    this.end(node);
  }

  end(...nodes) {
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

  /** The mark of footnote `number` in the answer: a link once its citation is known. */
  mark(number) {
    const citation = this.citations.get(number);
    if (!citation) return this.response ? document.createTextNode(`[${number}]`) : element("span", {}, number);
    const label = `Footnote ${number}: ${citation.title}${page(citation)}`;
    const link = this.link(citation, { href: `#${this.id(number)}`, role: "doc-noteref", "aria-label": label }, number);
    this.on.look(link, citation, page(citation));
    return link;
  }

  footnote(citation) {
    const { number, title, quote } = citation;
    const source = this.link(citation, { href: `#${this.id(number)}`, class: "source" }, title);
    const where = element("span", { class: "where" }, page(citation));
    const words = element("q", {}, quote);
    const doubt = !citation.supported && flag("does not bear it out");
    return element("li", { id: this.id(number), value: number }, source, where, ". ", words, " ", doubt);
  }

  link(citation, attributes, text) {
    const click = (event) => {
      event.preventDefault();
      this.on.cite(citation, event.currentTarget);
    };
    return element("a", { ...attributes, click }, text);
  }

  id(number) {
    return `footnote-${this.number}-${number}`;
  }
}

function duration(milliseconds) {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}

function page({ page }) {
  return page == null ? "" : `, page ${page}`;
}
