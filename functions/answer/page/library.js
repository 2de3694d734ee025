import { count, element } from "./element.js";
import { keyField } from "./key.js";
import { Reader } from "./reader.js";

const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60]];
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });

/** The list of documents in the panel. */
export class Library {
  constructor(catalogue, panel) {
    this.title = "Documents";
    this.catalogue = catalogue;
    this.panel = panel;
    this.rows = new Map();
    this.summary = element("p", { class: "summary" });
    this.list = element("ul", { class: "documents", role: "list" });
    this.deleted = element("input", { type: "checkbox", change: () => this.draw() });
    this.choice = element("label", { class: "choice" }, this.deleted, element("span"));
    this.more = element("button", { type: "button", class: "again", click: () => catalogue.extend() }, "Show more");
    this.key = keyField(() => catalogue.refresh());
    this.node = element("div", { class: "library" }, this.summary, this.key, this.list, this.more, this.choice);
    this.redraw = () => this.draw();
    catalogue.addEventListener("change", this.redraw);
    this.draw();
  }

  leave() {
    this.catalogue.removeEventListener("change", this.redraw);
  }

  draw() {
    const { catalogue } = this;
    const gone = (catalogue.documents ?? []).length - catalogue.current.length;
    const shown = this.deleted.checked ? (catalogue.documents ?? []) : catalogue.current;
    this.summary.textContent = this.summarise();
    this.key.hidden = catalogue.failure?.type !== "unauthenticated";
    this.more.hidden = !catalogue.more;
    this.choice.hidden = gone === 0;
    this.choice.lastChild.textContent = `Show ${count(gone, "deleted document")}`;
    this.place(shown.map((one) => this.row(one)));
  }

  summarise() {
    const { failure, documents, current, more } = this.catalogue;
    if (failure) return `${failure.message} ${failure.advice}`;
    if (!documents) return "Looking …";
    if (!current.length) return "No documents yet. Drop files in your bucket, and they appear here.";
    const failed = current.filter(({ state }) => state === "failed").length;
    const many = `${count(current.length, "document")}${more ? " and more" : ""}`;
    return failed ? `${many}, ${failed} of them could not be read` : many;
  }

  /** Rows that did not change keep their nodes, and with them the focus. */
  place(rows) {
    const { children } = this.list;
    if (rows.length === children.length && rows.every((row, index) => row === children[index])) return;
    this.list.replaceChildren(...rows);
  }

  row(summary) {
    const state = JSON.stringify([summary, ago(summary.indexed_at)]);
    const old = this.rows.get(summary.id);
    if (old?.state === state) return old;
    const node = Object.assign(element("li", { class: summary.state }, this.entry(summary)), { state });
    this.rows.set(summary.id, node);
    return node;
  }

  entry(summary) {
    const { title, key, state, reason } = summary;
    const name = element("span", { class: "title" }, title || key);
    const path = title && title !== key && element("span", { class: "path" }, key);
    const why = state === "failed" && element("span", { class: "reason" }, reason);
    const parts = [name, path, why, facts(summary)];
    if (state !== "indexed") return parts;
    return element("button", { type: "button", click: () => this.read(summary) }, parts);
  }

  read({ id, title, key }) {
    const back = () => this.panel.show(new Library(this.catalogue, this.panel));
    this.panel.show(new Reader({ document: id, title: title || key, back }));
  }
}

function facts({ state, chunks, indexed_at: indexed }) {
  const what = { indexed: count(chunks, "chunk"), failed: "Failed", deleted: "Deleted" }[state];
  const when = element("time", { datetime: indexed, title: new Date(indexed).toLocaleString() }, ago(indexed));
  return element("span", { class: "facts" }, what, " · ", when);
}

function ago(time) {
  const seconds = (Date.now() - new Date(time)) / 1000;
  const [unit, size] = UNITS.find(([, length]) => seconds >= length) ?? [];
  return unit ? relative.format(-Math.floor(seconds / size), unit) : "just now";
}
