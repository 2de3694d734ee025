import { element } from "./element.js";

const BETWEEN = /\n[^\S\n]*\n\s*/;
const NARROW = 50;

/** The parts before, in and after a quote as paragraphs, the quote marked; one of `titles` is a heading. */
export function paragraphs(parts, titles) {
  const found = [[]];
  parts.forEach((part, index) => {
    part.split(BETWEEN).forEach((text, nth) => {
      if (nth > 0) found.push([]);
      if (text) found.at(-1).push(index === 1 ? element("mark", {}, text) : document.createTextNode(text));
    });
  });
  return found.filter((nodes) => nodes.length).map((nodes) => paragraph(nodes, titles));
}

function paragraph(nodes, titles) {
  const text = nodes.map((node) => node.textContent).join("").trim();
  if (titles.has(text)) return element("h3", {}, nodes);
  return element("p", { class: wrapped(text.split("\n")) ? "flows" : "lines" }, nodes);
}

/** Whether these lines were broken only where the next word did not fit; then they flow together again. */
function wrapped(lines) {
  if (lines.length === 1) return true;
  const width = Math.max(...lines.map((line) => line.length));
  if (width < NARROW || /\S(\t| {3})/.test(lines[0])) return false;
  return lines.slice(1).every((line, above) => lines[above].length + 1 + line.trim().split(" ")[0].length >= width);
}
