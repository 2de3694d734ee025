import { element, keepFocus, megabytes, place } from "./element.js";

const SAID = { reading: "In the bucket, being read …", indexed: "Indexed: ask about it" };

/** Where a reader adds documents, says who else may read them, and sees what becomes of them. */
export class Adder {
  constructor(uploads) {
    this.uploads = uploads;
    this.rows = new Map();
    this.file = element("input", { type: "file", multiple: true, class: "unseen", id: "files", change: () => this.chosen() });
    this.limit = element("span", { class: "limit" });
    const label = element("label", { for: "files", class: "choose" }, "Add documents");
    this.groups = element("fieldset", { class: "groups" }, element("legend", {}, "Share with"));
    this.readers = element("p", { class: "readers" });
    this.list = element("ul", { class: "entries", role: "list" });
    const head = element("div", { class: "head" }, this.file, label, this.limit);
    this.node = element("section", { class: "adder", "aria-label": "Add documents" }, head, this.groups, this.readers, this.list);
    this.redraw = () => this.draw();
    uploads.addEventListener("change", this.redraw);
    this.draw();
  }

  leave() {
    this.uploads.removeEventListener("change", this.redraw);
  }

  chosen() {
    this.uploads.add([...this.file.files]);
    this.file.value = "";
  }

  draw() {
    const { uploads } = this;
    this.node.hidden = !uploads.allowed;
    if (!uploads.allowed) return;
    const elsewhere = element("span", { class: "elsewhere" }, "or drop them anywhere, ");
    if (!this.limit.hasChildNodes()) this.limit.append(elsewhere, `up to ${megabytes(uploads.terms.limit)} each`);
    this.readers.textContent = uploads.readers;
    this.groups.hidden = !uploads.terms.groups.length;
    if (this.groups.childElementCount === 1) this.groups.append(...uploads.terms.groups.map((name) => this.choice(name)));
    place(this.list, uploads.entries.map((entry) => this.row(entry)));
  }

  choice(group) {
    const change = (event) => this.uploads.share(group, event.target.checked);
    const box = element("input", { type: "checkbox", checked: this.uploads.groups.has(group), change });
    return element("label", { class: "choice" }, box, group);
  }

  /** A row that did not change keeps its node, and with it the focus. */
  row(entry) {
    const { state, reason, share } = entry;
    const seen = JSON.stringify([state, reason]);
    let row = this.rows.get(entry);
    if (row?.seen !== seen) {
      row = Object.assign(element("li", { class: state }, ...this.parts(entry)), { seen });
      this.rows.set(entry, row);
    }
    const bar = row.querySelector("progress");
    if (bar) bar.value = share;
    return row;
  }

  parts(entry) {
    const { name, state, reason } = entry;
    const title = element("bdi", { class: "name" }, name);
    const forget = this.act(`Dismiss ${name}`, "Dismiss", () => this.uploads.forget(entry));
    if (state === "sending") return [title, element("progress", { max: 1, value: 0, "aria-label": `Sending ${name}` })];
    if (state === "taken") {
      const replace = this.act(`Replace ${name}`, "Replace it", () => this.uploads.replace(entry));
      return [title, element("span", { class: "reason" }, "You added a document of this name before."), replace, forget];
    }
    const said = element("span", { class: state === "failed" ? "reason" : "state" }, SAID[state] ?? reason);
    return state === "reading" ? [title, said] : [title, said, forget];
  }

  act(label, words, act) {
    const click = () => keepFocus(act, () => this.file);
    return element("button", { type: "button", class: "again", "aria-label": label, click }, words);
  }
}
