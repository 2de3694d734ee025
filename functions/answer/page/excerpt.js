import { element, keepFocus } from "./element.js";

const SPAN = 100;

/** As much of a long document as a reader needs: the blocks around block `at`, and more of them when asked for. */
export class Excerpt {
  constructor(blocks, at, build) {
    this.blocks = blocks;
    this.build = build;
    this.from = this.to = Math.max(0, at - SPAN);
    this.text = element("div", { class: "text" });
    this.before = more("Show what comes before", () => this.extend(-SPAN));
    this.after = more("Show what comes after", () => this.extend(SPAN));
    this.node = element("div", {}, this.before, this.text, this.after);
    this.extend(2 * SPAN);
  }

  /** Show `count` more blocks, those before where it is negative; returns the nodes that are new. */
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

/** Once there is no more, the focus goes from the button to the first of what it showed. */
function more(label, extend) {
  const click = () => {
    let first;
    keepFocus(() => ([first] = extend()), () => Object.assign(first, { tabIndex: -1 }));
  };
  return element("button", { type: "button", class: "again", click }, label);
}
