import { element } from "./element.js";
import { flag, isUnsupported, plain, renderInline } from "./inline.js";
import { isRow, renderTable } from "./table.js";

const FENCE = /^\s*(`{3,}[^`]*|~{3,}.*)$/;
const HEADING = /^#{1,6}\s+/;
const BULLET = /^\s*[-*+•]\s+/;
const ORDINAL = /^\s*(\d+)[.)]\s+/;
const RULE = /^\s*([-*_])(?:\s*\1){2,}\s*$/;
const QUOTE = /^\s*>\s?/;

/** The blocks of a text: `{ tag, text }`, or `{ tag, items }` for a list or a table, whose items are its lines. */
export function parseBlocks(text) {
  const found = [];
  let open = null;
  let fenced = false;
  for (const line of text.split("\n")) {
    if (FENCE.test(line)) {
      fenced = !fenced;
      open = fenced ? push(found, { tag: "pre", text: "" }) : null;
    } else if (fenced) {
      open.text += (open.text && "\n") + line;
    } else if (!line.trim()) {
      open = null;
    } else {
      open = addLine(found, open, line);
    }
  }
  return found;
}

function push(found, block) {
  found.push(block);
  return block;
}

/** Add a line to a block; returns the block that the next line may continue. */
function addLine(found, open, line) {
  if (HEADING.test(line)) {
    push(found, { tag: "h3", text: line.replace(HEADING, "") });
    return null;
  }
  if (RULE.test(plain(line))) {
    push(found, { tag: "hr", text: "" });
    return null;
  }
  if (isRow(line)) return addRow(found, open, line);
  if (BULLET.test(line)) return addItem(found, "ul", line.replace(BULLET, ""));
  if (ORDINAL.test(line)) return addItem(found, "ol", line.replace(ORDINAL, ""), ORDINAL.exec(line)[1]);
  if (open?.items && open.tag !== "table") {
    open.items.push(`${open.items.pop()}\n${line.trim()}`);
    return open;
  }
  const tag = QUOTE.test(line) ? "blockquote" : "p";
  const words = line.replace(QUOTE, "").trim();
  if (open?.tag !== tag) return push(found, { tag, text: words });
  open.text += `\n${words}`;
  return open;
}

function addRow(found, open, line) {
  const rows = open?.tag === "table" ? open : push(found, { tag: "table", items: [] });
  rows.items.push(line);
  return rows;
}

/** A list goes on after empty lines. */
function addItem(found, tag, text, start) {
  const last = found.at(-1);
  const list = last?.tag === tag ? last : push(found, { tag, items: [], start });
  list.items.push(text);
  return list;
}

/** The node of a block; `mark` makes the mark of a footnote from its number. */
export function renderBlock({ tag, text, items, start }, mark) {
  if (tag === "pre") {
    return element("pre", { tabindex: 0 }, element("code", {}, plain(text)), isUnsupported(text) && [" ", flag("not supported")]);
  }
  if (tag === "table") return renderTable(items, mark);
  if (!items) return element(tag, { dir: "auto" }, renderInline(text, mark));
  return element(tag, { start, dir: "auto" }, items.map((item) => element("li", {}, renderInline(item, mark))));
}
