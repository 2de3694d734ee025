import { documentDetail } from "./api.js";
import { element } from "./element.js";
import { Excerpt } from "./excerpt.js";
import { Failure } from "./failure.js";
import { paragraph, paragraphs } from "./paragraph.js";
import { cut, pages } from "./passages.js";

const ROWS = /csv|json|sheet/;
const NOW = {
  indexed: "This document has changed since it was quoted.",
  failed: "This document has changed since it was quoted, and can no longer be read.",
  deleted: "This document has been deleted since it was quoted.",
};

/** A document in the panel, with the passage that `citation` quotes marked if there is one. */
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
      this.node.append(...this.recall(`${error.message} ${error.advice}`));
    } finally {
      this.node.removeAttribute("aria-busy");
    }
    this.reveal();
  }

  draw(detail) {
    const sheets = pages(detail.passages);
    const [warning, range] = this.found(sheets) ? [[], this.citation] : [this.recall(NOW[detail.state]), null];
    const blocks = sheets.flatMap((sheet) => [sheet.page ?? [], paragraphs(cut(sheet, range))].flat());
    return [element("p", { class: "path", dir: "auto" }, detail.key), ...warning, excerpt(blocks, detail)];
  }

  /** Whether the document still says at the cited place what the answer quotes. */
  found(sheets) {
    return !this.citation || sheets.map((sheet) => cut(sheet, this.citation)[1]).join("") === this.citation.quote;
  }

  /** The quote alone, where its document is no longer as it was. */
  recall(why) {
    if (!this.citation) return [element("p", { class: "notice" }, why)];
    const quote = element("blockquote", { dir: "auto" }, element("mark", {}, this.citation.quote));
    return [element("p", { class: "notice" }, `${why} The quote was:`), quote];
  }

  reveal() {
    const mark = this.node.querySelector("mark");
    if (!mark || !this.node.isConnected) return;
    // The panel scrolls, and not the page behind it, as `scrollIntoView` would have it.
    const panel = this.node.parentElement;
    panel.scrollTop += mark.getBoundingClientRect().top - panel.getBoundingClientRect().top - panel.clientHeight / 3;
    mark.tabIndex = -1;
    mark.focus({ preventScroll: true });
  }
}

/** A block is the number of a page, or the pieces of a paragraph. */
function excerpt(blocks, { passages, content_type: type }) {
  const titles = new Set(passages.flatMap(({ headings }) => headings));
  const build = (block) => {
    if (Array.isArray(block)) return paragraph(block, titles, ROWS.test(type));
    return element("p", { class: "page" }, `Page ${block}`);
  };
  const quoted = blocks.findIndex((block) => Array.isArray(block) && block.some(({ marked }) => marked));
  return new Excerpt(blocks, quoted, build).node;
}
