import { documentDetail } from "./api.js";
import { element } from "./element.js";
import { Excerpt } from "./excerpt.js";
import { Failure } from "./failure.js";
import { paragraph, paragraphs } from "./paragraph.js";
import { pages, splitAt } from "./passages.js";

const TABULAR = /csv|json|sheet/;
const CHANGED = {
  indexed: "This document has changed since it was quoted.",
  failed: "This document has changed since it was quoted, and can no longer be read.",
  deleted: "This document has been deleted since it was quoted.",
};

/** The panel's view of a document, with the quote of `citation` marked, if one is given. */
export class Reader {
  constructor({ document, title, citation = null, back = null }) {
    this.title = title;
    this.back = back;
    this.citation = citation;
    this.node = element("div", { class: "reader", "aria-busy": "true" });
    this.load(document);
  }

  async load(id) {
    try {
      this.node.append(...this.draw(await documentDetail(id)));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.node.append(...this.quoteOnly(`${error.message} ${error.advice}`));
    } finally {
      this.node.removeAttribute("aria-busy");
    }
    this.scrollToQuote();
  }

  draw(detail) {
    const sheets = pages(detail.passages);
    const [warning, range] = this.hasQuote(sheets) ? [[], this.citation] : [this.quoteOnly(CHANGED[detail.state]), null];
    const blocks = sheets.flatMap((sheet) => [sheet.page ?? [], paragraphs(splitAt(sheet, range))].flat());
    return [element("p", { class: "path", dir: "auto" }, detail.key), ...warning, excerpt(blocks, detail)];
  }

  /** Whether the document still has the quote at the cited place. */
  hasQuote(sheets) {
    return !this.citation || sheets.map((sheet) => splitAt(sheet, this.citation)[1]).join("") === this.citation.quote;
  }

  /** The quote without its document, which has changed. */
  quoteOnly(why) {
    if (!this.citation) return [element("p", { class: "notice" }, why)];
    const quote = element("blockquote", { dir: "auto" }, element("mark", {}, this.citation.quote));
    return [element("p", { class: "notice" }, `${why} The quote was:`), quote];
  }

  scrollToQuote() {
    const mark = this.node.querySelector("mark");
    if (!mark || !this.node.isConnected) return;
    // Scroll the panel only: `scrollIntoView` would scroll the page behind it, too.
    const panel = this.node.parentElement;
    panel.scrollTop += mark.getBoundingClientRect().top - panel.getBoundingClientRect().top - panel.clientHeight / 3;
    mark.tabIndex = -1;
    mark.focus({ preventScroll: true });
  }
}

/** The node of the blocks, each the number of a page or the pieces of a paragraph. */
function excerpt(blocks, { outline, content_type: type }) {
  const titles = new Set(outline);
  const build = (block) => {
    if (Array.isArray(block)) return paragraph(block, titles, TABULAR.test(type));
    return element("p", { class: "page" }, `Page ${block}`);
  };
  const quoted = blocks.findIndex((block) => Array.isArray(block) && block.some(({ marked }) => marked));
  return new Excerpt(blocks, quoted, build).node;
}
