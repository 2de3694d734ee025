import { element, setChildren } from "./element.js";
import { flag } from "./inline.js";

/** The footnotes of an answer and their marks in its text. Handlers: `openCitation(citation, link)`, `preview(link, ...)`. */
export class Footnotes {
  constructor(turn, handlers) {
    this.turn = turn;
    this.handlers = handlers;
    this.citations = new Map();
    this.rows = new Map();
    this.node = element("ol", { class: "footnotes", role: "list" });
  }

  get size() {
    return this.citations.size;
  }

  add(citation) {
    this.citations.set(citation.number, citation);
  }

  draw() {
    const known = [...this.citations.values()].sort((a, b) => a.number - b.number);
    setChildren(this.node, known.map((citation) => this.row(citation)));
  }

  /** The mark of a footnote: a link once its citation is known, plain text if the answer has `ended` without it. */
  mark(number, ended) {
    const citation = this.citations.get(number);
    if (!citation) return ended ? document.createTextNode(`[${number}]`) : element("span", {}, number);
    const label = `Footnote ${number}: ${citation.title}${page(citation)}`;
    const link = this.link(citation, { role: "doc-noteref", "aria-label": label }, number);
    this.handlers.preview(link, citation, page(citation));
    return link;
  }

  row(citation) {
    const state = JSON.stringify(citation);
    const old = this.rows.get(citation.number);
    if (old?.state === state) return old;
    const row = Object.assign(this.footnote(citation), { state });
    this.rows.set(citation.number, row);
    return row;
  }

  footnote(citation) {
    const { number, title, quote, supported } = citation;
    const source = this.link(citation, { class: "source" }, element("bdi", {}, title));
    const pageNumber = element("span", { class: "where" }, page(citation));
    const warning = !supported && flag("does not support it");
    return element("li", { id: this.id(number), value: number }, source, pageNumber, ". ", element("q", {}, element("bdi", {}, quote)), " ", warning);
  }

  link(citation, attributes, text) {
    const click = (event) => {
      event.preventDefault();
      this.handlers.openCitation(citation, event.currentTarget);
    };
    return element("a", { href: `#${this.id(citation.number)}`, ...attributes, click }, text);
  }

  id(number) {
    return `footnote-${this.turn}-${number}`;
  }
}

function page({ page }) {
  return page == null ? "" : `, page ${page}`;
}
