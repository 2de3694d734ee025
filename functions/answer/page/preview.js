import { element } from "./element.js";

const DELAY = 160;
const MARGIN = 12;

/** A popover with the quote of a footnote, beside its mark while that is hovered or has the focus. */
export class Preview {
  constructor(node) {
    this.node = node;
    this.timer = null;
    this.link = null;
    node.addEventListener("pointerenter", () => clearTimeout(this.timer));
    node.addEventListener("pointerleave", () => this.schedule(() => this.hide()));
    document.addEventListener("scroll", () => this.hide(), { capture: true, passive: true });
  }

  get open() {
    return this.link !== null;
  }

  /** Show `citation` while `link` is hovered or has the focus. */
  attach(link, citation, where) {
    const show = () => this.show(link, citation, where);
    link.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && this.schedule(show));
    link.addEventListener("pointerleave", () => this.schedule(() => this.hide()));
    link.addEventListener("focus", () => link.matches(":focus-visible") && show());
    link.addEventListener("blur", () => this.hide());
    link.addEventListener("click", () => this.hide());
  }

  schedule(act) {
    clearTimeout(this.timer);
    this.timer = setTimeout(act, DELAY);
  }

  show(link, { title, quote, supported }, where) {
    this.hide();
    if (!link.isConnected) return;
    this.link = link;
    link.setAttribute("aria-describedby", this.node.id);
    const doubt = !supported && element("p", { class: "doubt" }, "Does not support the statement.");
    this.node.replaceChildren(element("p", { class: "from" }, element("bdi", {}, title), where), element("q", { dir: "auto" }, quote), doubt || "");
    this.node.showPopover();
    this.place(link.getClientRects()[0] ?? link.getBoundingClientRect());
  }

  /** Above the mark if there is room, and inside the window. */
  place(mark) {
    const { offsetWidth: width, offsetHeight: height, style } = this.node;
    const left = Math.min(mark.left + mark.width / 2 - width / 2, innerWidth - width - MARGIN);
    const above = mark.top - height - MARGIN;
    style.left = `${Math.max(MARGIN, left)}px`;
    style.top = `${above > MARGIN ? above : mark.bottom + MARGIN}px`;
  }

  hide() {
    clearTimeout(this.timer);
    this.link?.removeAttribute("aria-describedby");
    this.link = null;
    if (this.node.matches(":popover-open")) this.node.hidePopover();
  }
}
