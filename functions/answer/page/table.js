import { element } from "./element.js";
import { doubtful, flag, inline, plain } from "./inline.js";

const ROW = /^\s*\|.*\|\s*$/;
const DELIMITERS = /^\s*\|(?:\s*:?-+:?\s*\|)+\s*$/;
const BETWEEN = /(?<!\\)\|/;

/** Whether this line is a row of a table. */
export const isRow = (line) => ROW.test(plain(line));

/** A table of these lines; the one above the delimiters is its head. A row that is not supported is marked as a whole. */
export function table(lines, mark) {
  const headed = DELIMITERS.test(plain(lines[1] ?? ""));
  const rows = lines.filter((line) => !DELIMITERS.test(plain(line)));
  const nodes = rows.map((line, index) => row(line, headed && index === 0 ? "th" : "td", mark));
  return element("div", { class: "table", tabindex: 0 }, element("table", { dir: "auto" }, nodes));
}

function row(line, tag, mark) {
  const doubt = doubtful(line);
  const texts = plain(line).trim().split(BETWEEN).slice(1, -1);
  const cells = texts.map((text) => element(tag, {}, inline(text.trim().replaceAll("\\|", "|"), mark)));
  if (doubt) cells.at(-1).append(" ", flag("not supported"));
  return element("tr", { class: doubt && "unsupported" }, cells);
}
