import { element } from "./element.js";

const EMPTY_LINES = /\n[^\S\n]*\n\s*/;
const MIN_WIDTH = 50;
// The start of a line of a log, or of a list with numbers.
const RECORD = /^\s*[[(<]?\d/;
// At most some 200 lines, of which a long one counts as several: a log without empty lines would be one paragraph.
const RUN = /(?:[^\n]{1,500}\n?|\n){1,200}/gu;

/** The texts before, in and after a quote as paragraphs, each a list of `{ text, marked }`. */
export function paragraphs(parts) {
  const found = [[]];
  parts.forEach((part, index) => {
    part.split(EMPTY_LINES).forEach((text, nth) => {
      if (nth > 0) found.push([]);
      (text.match(RUN) ?? []).forEach((run, more) => {
        if (more > 0) found.push([]);
        found.at(-1).push({ text: run, marked: index === 1 });
      });
    });
  });
  return found.filter((pieces) => pieces.length);
}

/** The node of a paragraph: a heading if it is one of `titles`. The line breaks stay if its lines are `rows`. */
export function paragraph(pieces, titles, rows) {
  const nodes = pieces.map(({ text, marked }) => (marked ? element("mark", {}, text) : text));
  const text = pieces.map((piece) => piece.text).join("").trim();
  if (titles.has(text)) return element("h3", { dir: "auto" }, nodes);
  return element("p", { dir: "auto", class: !rows && isHardWrapped(text.split("\n")) ? "flows" : "lines" }, nodes);
}

/** Whether the lines are broken only where the next word did not fit, so that the breaks can go. */
function isHardWrapped(lines) {
  if (lines.length === 1) return true;
  const width = lines.reduce((widest, line) => Math.max(widest, line.length), 0);
  if (width < MIN_WIDTH || /\S(\t| {3})/.test(lines[0]) || lines.every((line) => RECORD.test(line))) return false;
  return lines.slice(1).every((line, above) => lines[above].length + 1 + line.trim().split(" ")[0].length >= width);
}
