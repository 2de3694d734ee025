// Beside the conversation where there is room; a drawer over it, with the page behind made inert, where not.
const wide = matchMedia("(min-width: 62rem)");

/** Shows one view at a time. A view has a `title`, a `node`, perhaps a way `back`, and may mind that it `leaves`. */
export class Panel extends EventTarget {
  constructor(dialog) {
    super();
    this.dialog = dialog;
    this.title = dialog.querySelector("#panel-title");
    this.body = dialog.querySelector("#panel-body");
    this.backward = dialog.querySelector("#back");
    this.view = null;
    this.opener = null;
    dialog.querySelector("#close").addEventListener("click", () => this.close());
    this.backward.addEventListener("click", () => this.view.back());
    dialog.addEventListener("click", (event) => event.target === dialog && this.close());
    dialog.addEventListener("close", () => this.closed());
    wide.addEventListener("change", () => this.move());
  }

  show(view, opener = null) {
    this.view?.leave?.();
    this.view = view;
    this.opener = opener ?? this.opener;
    this.title.textContent = view.title;
    this.backward.hidden = !view.back;
    this.body.replaceChildren(view.node);
    this.open();
    this.body.scrollTop = 0;
    this.title.focus({ preventScroll: true });
    this.dispatchEvent(new Event("change"));
  }

  open() {
    if (wide.matches) this.dialog.show();
    else if (!this.dialog.open) this.dialog.showModal();
  }

  /** From beside the conversation to over it, or back. */
  move() {
    if (!this.dialog.open) return;
    this.dialog.close();
    this.open();
  }

  close() {
    this.dialog.close();
  }

  /** The `close` event comes late: after a move the dialog is open again. */
  closed() {
    if (this.dialog.open) return;
    this.view?.leave?.();
    this.view = null;
    if (this.opener?.isConnected) this.opener.focus();
    else document.getElementById("question").focus();
    this.opener = null;
    this.dispatchEvent(new Event("change"));
  }
}
