// The API has the text of a document only as passages, which overlap and leave out white space between them.

import { utf16Index } from "./code_points.js";

/** The pages of a document as `{ start, page, text }`; a format without pages has one, whose number is null. */
export function pages(passages) {
  const found = [];
  let at = 0;
  for (const passage of passages.toSorted((a, b) => a.start - b.start)) {
    if (passage.end <= at) continue;
    const from = Math.max(at, passage.start);
    const text = passage.text.slice(utf16Index(passage.text, from - passage.start));
    const last = found.at(-1);
    if (last?.page === passage.page) last.text += gap(last.text, from - at) + text;
    else found.push({ start: from, page: passage.page, text });
    at = passage.end;
  }
  return found;
}

/** White space of the length that is left out: one character is a space, or a line break in a text of lines. */
function gap(text, length) {
  if (length !== 1) return "\n".repeat(length);
  return text.lastIndexOf("\n") > text.lastIndexOf("\n\n") + 1 ? "\n" : " ";
}

/** The text of a page before, in and after the range [start, end) of the document. Without a range all is before. */
export function splitAt({ text, start: origin }, range) {
  const { start, end } = range ?? { start: origin, end: origin };
  const from = utf16Index(text, start - origin);
  const to = Math.max(from, utf16Index(text, end - origin));
  return [text.slice(0, from), text.slice(from, to), text.slice(to)];
}
