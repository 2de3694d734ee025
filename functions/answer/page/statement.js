import { element } from "./element.js";

// Code, strong, emphasis, or footnote marks with the punctuation that a book sets before them.
const INLINE =
  /`([^`\n]+)`|\*\*(?=\S)(.+?)\*\*|(?<![\w*])\*(?=[^\s*])([^*]+?)\*(?!\w)|((?:\s*\[\d+\])+)([.,;:!?]*)/gs;
const SENTENCE = /(?<=[.!?…][”"’')\]]*)(?=\s)|(?<=[。！？])/;
const ENDED = /[.!?…。！？][”"’')\]]*$/;

/** Text as nodes, one statement after another; those that `notes` rejects are wrapped as unsupported. */
export function statements(text, notes) {
  return split(tokens(text)).flatMap(({ parts, numbers }) => {
    const nodes = parts.map((part) => (part.numbers ? marks(part.numbers, notes) : styled(part)));
    return notes.unsupported(numbers, parts) ? [unsupported(nodes)] : nodes;
  });
}

function unsupported(nodes) {
  const flag = element("small", { class: "flag" }, "not supported");
  return element("span", { class: "unsupported" }, nodes, flag);
}

function* tokens(text, style = null) {
  let at = 0;
  for (const match of text.matchAll(INLINE)) {
    const [whole, code, strong, emphasis, numbers, punctuation] = match;
    const before = text.slice(at, match.index) + (punctuation ?? "");
    if (before) yield { text: before, style };
    if (code) yield { text: code, style: "code" };
    if (strong) yield* tokens(strong, "strong");
    if (emphasis) yield* tokens(emphasis, "em");
    if (numbers) yield { numbers: [...new Set(numbers.match(/\d+/g).map(Number))] };
    at = match.index + whole.length;
  }
  if (at < text.length) yield { text: text.slice(at), style };
}

/** A statement ends with its sentence or with its footnotes, whichever comes last. */
function split(stream) {
  const found = [];
  let ended = true;
  for (const token of stream) {
    const parts = token.numbers || token.style === "code" ? [token] : sentences(token);
    for (const part of parts) {
      if (ended && !part.numbers) found.push({ parts: [], numbers: [] });
      if (!found.length) found.push({ parts: [], numbers: [] });
      found.at(-1).parts.push(part);
      found.at(-1).numbers.push(...(part.numbers ?? []));
      ended = Boolean(part.numbers) || ENDED.test(part.text);
    }
  }
  return found;
}

function sentences({ text, style }) {
  return text.split(SENTENCE).map((sentence) => ({ text: sentence, style }));
}

function styled({ text, style }) {
  return style ? element(style, {}, text) : document.createTextNode(text);
}

function marks(numbers, notes) {
  const links = numbers.flatMap((number) => [",\u2009", notes.mark(number)]);
  return element("sup", {}, links.slice(1));
}
