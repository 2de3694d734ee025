import { element } from "./element.js";

const BETWEEN = /\n[^\S\n]*\n\s*/;
const NARROW = 50;
// At most some 200 lines, of which a long one counts for several: without empty lines a whole log would be one paragraph.
const RUN = /(?:[^\n]{1,500}\n?|\n){1,200}/gu;

/** The parts before, in and after a quote as paragraphs: lists of `{ text, marked }`. */
export function paragraphs(parts) {
  const found = [[]];
  parts.forEach((part, index) => {
    part.split(BETWEEN).forEach((text, nth) => {
      if (nth > 0) found.push([]);
      (text.match(RUN) ?? []).forEach((run, more) => {
        if (more > 0) found.push([]);
        found.at(-1).push({ text: run, marked: index === 1 });
      });
    });
  });
  return found.filter((pieces) => pieces.length);
}

/** A paragraph as a node: a heading if it is one of `titles`; its lines kept if they are `rows`. */
export function paragraph(pieces, titles, rows) {
  const nodes = pieces.map(({ text, marked }) => (marked ? element("mark", {}, text) : text));
  const text = pieces.map((piece) => piece.text).join("").trim();
  if (titles.has(text)) return element("h3", { dir: "auto" }, nodes);
  return element("p", { dir: "auto", class: !rows && wrapped(text.split("\n")) ? "flows" : "lines" }, nodes);
}

/** Whether these lines were broken only where the next word did not fit; then they flow together again. */
function wrapped(lines) {
  if (lines.length === 1) return true;
  const width = lines.reduce((widest, line) => Math.max(widest, line.length), 0);
  if (width < NARROW || /\S(\t| {3})/.test(lines[0])) return false;
  return lines.slice(1).every((line, above) => lines[above].length + 1 + line.trim().split(" ")[0].length >= width);
}
