import { element } from "./element.js";
import { flag, isUnsupported, plain, renderInline } from "./inline.js";

const ROW = /^\s*\|.*\|\s*$/;
const DELIMITER_ROW = /^\s*\|(?:\s*:?-+:?\s*\|)+\s*$/;
const SEPARATOR = /(?<!\\)\|/;

export const isRow = (line) => ROW.test(plain(line));

/** The node of a table. Its head is the line above the delimiter row; an unsupported row is marked as a whole. */
export function renderTable(lines, mark) {
  const headed = DELIMITER_ROW.test(plain(lines[1] ?? ""));
  const rows = lines.filter((line) => !DELIMITER_ROW.test(plain(line)));
  const nodes = rows.map((line, index) => row(line, headed && index === 0 ? "th" : "td", mark));
  return element("div", { class: "table", tabindex: 0 }, element("table", { dir: "auto" }, nodes));
}

function row(line, tag, mark) {
  const unsupported = isUnsupported(line);
  const texts = plain(line).trim().split(SEPARATOR).slice(1, -1);
  const cells = texts.map((text) => element(tag, {}, renderInline(text.trim().replaceAll("\\|", "|"), mark)));
  if (unsupported) cells.at(-1).append(" ", flag("not supported"));
  return element("tr", { class: unsupported && "unsupported" }, cells);
}
