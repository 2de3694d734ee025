import { element, place } from "./element.js";
import { flag } from "./inline.js";

/** The footnotes of answer number `turn`, and their marks in its text. `on` hears `cite(citation, link)` and `look(link, ...)`. */
export class Footnotes {
  constructor(turn, on) {
    this.turn = turn;
    this.on = on;
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
    place(this.node, known.map((citation) => this.row(citation)));
  }

  /** The mark of footnote `number`: a link once its citation is known, and plain text if it never will be, as `ended` says. */
  mark(number, ended) {
    const citation = this.citations.get(number);
    if (!citation) return ended ? document.createTextNode(`[${number}]`) : element("span", {}, number);
    const label = `Footnote ${number}: ${citation.title}${page(citation)}`;
    const link = this.link(citation, { role: "doc-noteref", "aria-label": label }, number);
    this.on.look(link, citation, page(citation));
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
    const where = element("span", { class: "where" }, page(citation));
    const doubt = !supported && flag("does not bear it out");
    return element("li", { id: this.id(number), value: number }, source, where, ". ", element("q", {}, element("bdi", {}, quote)), " ", doubt);
  }

  link(citation, attributes, text) {
    const click = (event) => {
      event.preventDefault();
      this.on.cite(citation, event.currentTarget);
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
