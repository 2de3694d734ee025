// A document's text is kept only in its passages: they overlap, and leave out white space between them.

import { unit } from "./offset.js";

/** The document's pages as `{ start, page, text }`; one page with null as its number where a format has none. */
export function pages(passages) {
  const found = [];
  let at = 0;
  for (const passage of passages.toSorted((a, b) => a.start - b.start)) {
    if (passage.end <= at) continue;
    const from = Math.max(at, passage.start);
    const text = passage.text.slice(unit(passage.text, from - passage.start));
    const last = found.at(-1);
    if (last?.page === passage.page) last.text += gap(last.text, from - at) + text;
    else found.push({ start: from, page: passage.page, text });
    at = passage.end;
  }
  return found;
}

/** White space of the length left out: one character is a space, or a line's end among lines. */
function gap(text, length) {
  if (length !== 1) return "\n".repeat(length);
  return text.lastIndexOf("\n") > text.lastIndexOf("\n\n") + 1 ? "\n" : " ";
}

/** The text of a page as parts before, in and after the range [start, end) of the document; null is no range. */
export function cut({ text, start: origin }, range) {
  const { start, end } = range ?? { start: origin, end: origin };
  const from = unit(text, start - origin);
  const to = Math.max(from, unit(text, end - origin));
  return [text.slice(0, from), text.slice(from, to), text.slice(to)];
}
