import { element, keepFocus, megabytes, setChildren } from "./element.js";

const STATE_TEXTS = { reading: "In the bucket, being read …", indexed: "Indexed: ask about it" };

/** The form to add documents, with the groups that may read them and the state of each upload. */
export class UploadForm {
  constructor(uploads) {
    this.uploads = uploads;
    this.rows = new Map();
    this.file = element("input", { type: "file", multiple: true, class: "unseen", id: "files", change: () => this.upload() });
    this.limit = element("span", { class: "limit" });
    const label = element("label", { for: "files", class: "choose" }, "Add documents");
    this.groups = element("fieldset", { class: "groups" }, element("legend", {}, "Share with"));
    this.readers = element("p", { class: "readers" });
    this.list = element("ul", { class: "entries", role: "list" });
    const head = element("div", { class: "head" }, this.file, label, this.limit);
    this.node = element("section", { class: "adder", "aria-label": "Add documents" }, head, this.groups, this.readers, this.list);
    this.redraw = () => this.draw();
  }

  enter() {
    this.uploads.addEventListener("change", this.redraw);
    this.draw();
  }

  leave() {
    this.uploads.removeEventListener("change", this.redraw);
  }

  upload() {
    this.uploads.add([...this.file.files]);
    this.file.value = "";
  }

  draw() {
    const { uploads } = this;
    this.node.hidden = !uploads.allowed;
    if (!uploads.allowed) return;
    const hint = element("span", { class: "elsewhere" }, "or drop them anywhere, ");
    if (!this.limit.hasChildNodes()) this.limit.append(hint, `up to ${megabytes(uploads.terms.limit)} each`);
    this.readers.textContent = uploads.readers;
    this.groups.hidden = !uploads.terms.groups.length;
    if (this.groups.childElementCount === 1) this.groups.append(...uploads.terms.groups.map((name) => this.choice(name)));
    setChildren(this.list, uploads.entries.map((entry) => this.row(entry)));
  }

  choice(group) {
    const change = (event) => this.uploads.share(group, event.target.checked);
    const box = element("input", { type: "checkbox", checked: this.uploads.groups.has(group), change });
    return element("label", { class: "choice" }, box, group);
  }

  /** A row that did not change keeps its node, and so the focus. */
  row(entry) {
    const { state, reason, share } = entry;
    const snapshot = JSON.stringify([state, reason]);
    let row = this.rows.get(entry);
    if (row?.snapshot !== snapshot) {
      row = Object.assign(element("li", { class: state }, ...this.parts(entry)), { snapshot });
      this.rows.set(entry, row);
    }
    const bar = row.querySelector("progress");
    if (bar) bar.value = share;
    return row;
  }

  parts(entry) {
    const { name, state, reason } = entry;
    const title = element("bdi", { class: "name" }, name);
    const dismiss = this.button(`Dismiss ${name}`, "Dismiss", () => this.uploads.dismiss(entry));
    if (state === "sending") return [title, element("progress", { max: 1, value: 0, "aria-label": `Sending ${name}` })];
    if (state === "taken") {
      const replace = this.button(`Replace ${name}`, "Replace it", () => this.uploads.replace(entry));
      return [title, element("span", { class: "reason" }, "You already added a document with this name."), replace, dismiss];
    }
    const text = element("span", { class: state === "failed" ? "reason" : "state" }, STATE_TEXTS[state] ?? reason);
    return state === "reading" ? [title, text] : [title, text, dismiss];
  }

  button(label, words, act) {
    const click = () => keepFocus(act, () => this.file);
    return element("button", { type: "button", class: "again", "aria-label": label, click }, words);
  }
}
