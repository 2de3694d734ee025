import { utf16Index } from "./code_points.js";
import { element } from "./element.js";

// Around an unsupported statement. They are private-use characters, which are removed from the text before.
const OPEN = "\uE000";
const CLOSE = "\uE001";
const LABEL = /^\s*(?:(?:[-*+•>]|\d+[.)]|#{1,6})\s+)?/;
const EMPTY_LINES = /(\n\s*\n)/;
const WORDS = /[\p{L}\p{N}]/u;
const MARKS = /\[\d+\]/g;

// OPEN or CLOSE, code, strong (but no name like __init__), emphasis, or footnote marks with the punctuation after them, which is shown before them.
const INLINE =
  /([\uE000\uE001])|`([^`\n]+)`|\*\*(?=\S)(.+?)\*\*|(?<!\w)__(?=[^\s_])(?![a-z\d_]+__)(.+?)__(?!\w)|(?<![\w*])\*(?=[^\s*])([^*]+?)\*(?!\w)|((?:\s*\[\d+\])+)([.,;:!?]*)/gs;

/** The text with its unsupported statements between OPEN and CLOSE. */
export function markUnsupported(text, statements) {
  let marked = plain(text);
  for (const { start, end } of statements.filter(({ supported }) => !supported).reverse()) {
    const [from, to] = [utf16Index(marked, start), utf16Index(marked, end)];
    // Each paragraph is marked for itself: a footnote's mark may be in a paragraph of its own.
    const parts = marked.slice(from, to).split(EMPTY_LINES).map(markPart);
    marked = marked.slice(0, from) + parts.join("") + marked.slice(to);
  }
  return marked;
}

function markPart(part) {
  if (!WORDS.test(part.replace(MARKS, ""))) return part;
  const label = LABEL.exec(part)[0];
  return label + OPEN + part.slice(label.length) + CLOSE;
}

/** The text without OPEN and CLOSE. */
export function plain(text) {
  return text.replaceAll(OPEN, "").replaceAll(CLOSE, "");
}

export const isUnsupported = (text) => text.includes(OPEN);

export const flag = (words) => element("small", { class: "flag" }, words);

/** The nodes of a text; `mark` makes the mark of a footnote from its number. */
export function renderInline(text, mark) {
  const nodes = [];
  let into = nodes;
  for (const token of tokens(text)) {
    if (token.enclosing === OPEN) {
      into = [];
    } else if (token.enclosing === CLOSE && into !== nodes) {
      nodes.push(element("span", { class: "unsupported" }, into, " ", flag("not supported")));
      into = nodes;
    } else if (!token.enclosing) {
      into.push(node(token, mark));
    }
  }
  return into === nodes ? nodes : [...nodes, ...into];
}

function* tokens(text, style = null) {
  let at = 0;
  for (const match of text.matchAll(INLINE)) {
    const [whole, enclosing, code, starred, underlined, emphasis, numbers, stop] = match;
    const strong = starred ?? underlined;
    const before = text.slice(at, match.index) + (stop ?? "");
    if (before) yield { text: before, style };
    if (enclosing) yield { enclosing };
    if (code) yield { text: code, style: "code" };
    if (strong) yield* tokens(strong, "strong");
    if (emphasis) yield* tokens(emphasis, "em");
    if (numbers) yield { numbers: new Set(numbers.match(/\d+/g).map(Number)) };
    at = match.index + whole.length;
  }
  if (at < text.length) yield { text: text.slice(at), style };
}

function node({ text, style, numbers }, mark) {
  if (!numbers) return style ? element(style, {}, plain(text)) : text;
  const links = [...numbers].flatMap((number) => [",\u2009", mark(number)]);
  return element("sup", {}, links.slice(1));
}
