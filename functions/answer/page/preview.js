import { element } from "./element.js";

const PAUSE = 160;
const EDGE = 12;

/** What a footnote says, beside its mark while that is pointed at or has the focus. */
export class Preview {
  constructor(node) {
    this.node = node;
    this.timer = null;
    this.link = null;
    node.addEventListener("pointerenter", () => clearTimeout(this.timer));
    node.addEventListener("pointerleave", () => this.soon(() => this.hide()));
    document.addEventListener("scroll", () => this.hide(), { capture: true, passive: true });
  }

  get open() {
    return this.link !== null;
  }

  /** Show `citation` whenever a reader looks at `link`. */
  attach(link, citation, where) {
    const show = () => this.show(link, citation, where);
    link.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && this.soon(show));
    link.addEventListener("pointerleave", () => this.soon(() => this.hide()));
    link.addEventListener("focus", () => link.matches(":focus-visible") && show());
    link.addEventListener("blur", () => this.hide());
    link.addEventListener("click", () => this.hide());
  }

  soon(act) {
    clearTimeout(this.timer);
    this.timer = setTimeout(act, PAUSE);
  }

  show(link, { title, quote, supported }, where) {
    this.hide();
    if (!link.isConnected) return;
    this.link = link;
    link.setAttribute("aria-describedby", this.node.id);
    const doubt = !supported && element("p", { class: "doubt" }, "Does not bear out the statement.");
    this.node.replaceChildren(element("p", { class: "from" }, element("bdi", {}, title), where), element("q", { dir: "auto" }, quote), doubt || "");
    this.node.showPopover();
    this.place(link.getClientRects()[0] ?? link.getBoundingClientRect());
  }

  /** Above the mark where there is room, and inside of the window. */
  place(mark) {
    const { offsetWidth: width, offsetHeight: height, style } = this.node;
    const left = Math.min(mark.left + mark.width / 2 - width / 2, innerWidth - width - EDGE);
    const above = mark.top - height - EDGE;
    style.left = `${Math.max(EDGE, left)}px`;
    style.top = `${above > EDGE ? above : mark.bottom + EDGE}px`;
  }

  hide() {
    clearTimeout(this.timer);
    this.link?.removeAttribute("aria-describedby");
    this.link = null;
    if (this.node.matches(":popover-open")) this.node.hidePopover();
  }
}
