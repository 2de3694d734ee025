import { element, keepFocus } from "./element.js";

const SPAN = 100;

/** A part of a long document: the blocks around block `at`, with buttons to show more of them. */
export class Excerpt {
  constructor(blocks, at, build) {
    this.blocks = blocks;
    this.build = build;
    this.from = this.to = Math.max(0, at - SPAN);
    this.text = element("div", { class: "text" });
    this.before = moreButton("Show what comes before", () => this.extend(-SPAN));
    this.after = moreButton("Show what comes after", () => this.extend(SPAN));
    this.node = element("div", {}, this.before, this.text, this.after);
    this.extend(2 * SPAN);
  }

  /** Show `count` more blocks, or, if it is negative, as many before; returns the new nodes. */
  extend(count) {
    const { from, to } = this;
    this.from = Math.max(0, Math.min(from, from + count));
    this.to = Math.min(this.blocks.length, Math.max(to, to + count));
    const before = this.blocks.slice(this.from, from).map(this.build);
    const after = this.blocks.slice(to, this.to).map(this.build);
    this.text.prepend(...before);
    this.text.append(...after);
    this.before.hidden = this.from === 0;
    this.after.hidden = this.to === this.blocks.length;
    return [...before, ...after];
  }
}

/** When nothing is left to show, the focus moves from the button to the first new node. */
function moreButton(label, extend) {
  const click = () => {
    let first;
    keepFocus(() => ([first] = extend()), () => Object.assign(first, { tabIndex: -1 }));
  };
  return element("button", { type: "button", class: "again", click }, label);
}
