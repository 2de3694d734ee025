import { element } from "./element.js";
import { doubtful, flag, inline, plain } from "./inline.js";
import { isRow, table } from "./table.js";

const FENCE = /^\s*(`{3,}[^`]*|~{3,}.*)$/;
const HEADING = /^#{1,6}\s+/;
const BULLET = /^\s*[-*+•]\s+/;
const ORDINAL = /^\s*(\d+)[.)]\s+/;
const RULE = /^\s*([-*_])(?:\s*\1){2,}\s*$/;
const QUOTE = /^\s*>\s?/;

/** The answer's text as blocks: `{ tag, text }`, or `{ tag, items }` for a list or the lines of a table. */
export function blocks(text) {
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
      open = place(found, open, line);
    }
  }
  return found;
}

function push(found, block) {
  found.push(block);
  return block;
}

/** Put a line where it belongs; returns the block that a following line may continue. */
function place(found, open, line) {
  if (HEADING.test(line)) {
    push(found, { tag: "h3", text: line.replace(HEADING, "") });
    return null;
  }
  if (RULE.test(plain(line))) {
    push(found, { tag: "hr", text: "" });
    return null;
  }
  if (isRow(line)) return row(found, open, line);
  if (BULLET.test(line)) return item(found, "ul", line.replace(BULLET, ""));
  if (ORDINAL.test(line)) return item(found, "ol", line.replace(ORDINAL, ""), ORDINAL.exec(line)[1]);
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

function row(found, open, line) {
  const rows = open?.tag === "table" ? open : push(found, { tag: "table", items: [] });
  rows.items.push(line);
  return rows;
}

/** A list goes on across blank lines. */
function item(found, tag, text, start) {
  const last = found.at(-1);
  const list = last?.tag === tag ? last : push(found, { tag, items: [], start });
  list.items.push(text);
  return list;
}

/** A block as a node; `mark` makes the mark of a footnote from its number. */
export function render({ tag, text, items, start }, mark) {
  if (tag === "pre") {
    return element("pre", { tabindex: 0 }, element("code", {}, plain(text)), doubtful(text) && [" ", flag("not supported")]);
  }
  if (tag === "table") return table(items, mark);
  if (!items) return element(tag, { dir: "auto" }, inline(text, mark));
  return element(tag, { start, dir: "auto" }, items.map((item) => element("li", {}, inline(item, mark))));
}
