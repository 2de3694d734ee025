// On a wide screen the panel is beside the conversation, otherwise it is a modal drawer over it.
const wide = matchMedia("(min-width: 62rem)");

/** Shows one view at a time. A view has a `title` and a `node`, and may have `back()`, `enter()` and, for its clean-up, `leave()`. */
export class Panel extends EventTarget {
  constructor(dialog) {
    super();
    this.dialog = dialog;
    this.title = dialog.querySelector("#panel-title");
    this.body = dialog.querySelector("#panel-body");
    this.backButton = dialog.querySelector("#back");
    this.view = null;
    this.opener = null;
    dialog.querySelector("#close").addEventListener("click", () => this.close());
    this.backButton.addEventListener("click", () => this.view.back());
    dialog.addEventListener("click", (event) => event.target === dialog && this.close());
    dialog.addEventListener("close", () => this.closed());
    wide.addEventListener("change", () => this.reopen());
  }

  show(view, opener = null) {
    this.view?.leave?.();
    this.view = view;
    this.opener = opener ?? this.opener;
    this.title.textContent = view.title;
    this.backButton.hidden = !view.back;
    this.body.replaceChildren(view.node);
    this.open();
    this.body.scrollTop = 0;
    this.title.focus({ preventScroll: true });
    view.enter?.();
    this.dispatchEvent(new Event("change"));
  }

  open() {
    if (wide.matches) this.dialog.show();
    else if (!this.dialog.open) this.dialog.showModal();
  }

  /** As a drawer or beside the conversation, when the width changed. */
  reopen() {
    if (!this.dialog.open) return;
    this.dialog.close();
    this.open();
  }

  close() {
    this.dialog.close();
  }

  /** The `close` event comes late: after `reopen` the dialog is open again. */
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
