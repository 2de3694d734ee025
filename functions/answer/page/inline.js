import { element } from "./element.js";
import { unit } from "./offset.js";

// Around what no passage bears out. Private characters, so that nobody else's text is taken for them.
const OPEN = "\uE000";
const CLOSE = "\uE001";
const LABEL = /^\s*(?:(?:[-*+•>]|\d+[.)]|#{1,6})\s+)?/;
const EMPTY_LINES = /(\n\s*\n)/;
const WORDS = /[\p{L}\p{N}]/u;
const MARKS = /\[\d+\]/g;

// An enclosing character, code, strong (but no name like __init__), emphasis, or footnote marks with the stop that a book sets before them.
const INLINE =
  /([\uE000\uE001])|`([^`\n]+)`|\*\*(?=\S)(.+?)\*\*|(?<!\w)__(?=[^\s_])(?![a-z\d_]+__)(.+?)__(?!\w)|(?<![\w*])\*(?=[^\s*])([^*]+?)\*(?!\w)|((?:\s*\[\d+\])+)([.,;:!?]*)/gs;

/** The answer's text with its unsupported statements enclosed. */
export function enclose(text, statements) {
  let enclosed = plain(text);
  for (const { start, end } of statements.filter(({ supported }) => !supported).reverse()) {
    const [from, to] = [unit(enclosed, start), unit(enclosed, end)];
    // What encloses a statement stays within a block: a mark may stand in a paragraph of its own.
    const parts = enclosed.slice(from, to).split(EMPTY_LINES).map(encloseOne);
    enclosed = enclosed.slice(0, from) + parts.join("") + enclosed.slice(to);
  }
  return enclosed;
}

function encloseOne(part) {
  if (!WORDS.test(part.replace(MARKS, ""))) return part;
  const label = LABEL.exec(part)[0];
  return label + OPEN + part.slice(label.length) + CLOSE;
}

/** The text without the enclosing characters. */
export function plain(text) {
  return text.replaceAll(OPEN, "").replaceAll(CLOSE, "");
}

export const doubtful = (text) => text.includes(OPEN);

export const flag = (words) => element("small", { class: "flag" }, words);

/** Text as nodes; `mark` makes the mark of a footnote from its number. */
export function inline(text, mark) {
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
