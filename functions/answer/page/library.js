import { keyField } from "./api_key.js";
import { count, element, keepFocus, setChildren } from "./element.js";
import { Reader } from "./reader.js";
import { UploadForm } from "./upload_form.js";

const TIME_UNITS = [["day", 86400], ["hour", 3600], ["minute", 60]];
const MINUTE = 60_000;
const SEARCH_FROM = 12;
const SEARCH_DELAY = 250;
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });

/** The panel's view of the documents of the index. It can be entered again after it was left. */
export class Library {
  constructor(catalogue, uploads, panel) {
    this.title = "Documents";
    this.catalogue = catalogue;
    this.uploads = uploads;
    this.panel = panel;
    this.uploadForm = new UploadForm(uploads);
    this.rows = new Map();
    this.summary = element("p", { class: "summary" });
    this.list = element("ul", { class: "documents", role: "list" });
    this.search = element("input", { type: "search", dir: "auto", class: "search", "aria-label": "Find a document", input: () => this.searchFor() });
    this.deleted = element("input", { type: "checkbox", change: () => catalogue.includeDeleted(this.deleted.checked) });
    this.choice = element("label", { class: "choice" }, this.deleted, "Show deleted documents");
    this.more = element("button", { type: "button", class: "again", click: () => catalogue.loadMore() }, "Show more");
    this.key = keyField(() => Promise.all([catalogue.refresh(), uploads.loadTerms()]));
    const parts = [this.uploadForm.node, this.summary, this.search, this.key, this.list, this.more, this.choice];
    this.node = element("div", { class: "library" }, ...parts);
    this.redraw = () => keepFocus(() => this.draw(), () => panel.title);
    this.opened = null;
  }

  enter() {
    this.uploadForm.enter();
    this.clock = setInterval(() => this.updateTimes(), MINUTE);
    if (this.deleted.checked) this.catalogue.includeDeleted(true);
    this.catalogue.addEventListener("change", this.redraw);
    this.draw();
    if (this.opened) this.returnTo(this.opened);
  }

  leave() {
    this.uploadForm.leave();
    clearInterval(this.clock);
    clearTimeout(this.timer);
    if (this.deleted.checked) this.catalogue.includeDeleted(false);
    this.catalogue.removeEventListener("change", this.redraw);
  }

  chooseFiles() {
    this.uploadForm.file.click();
  }

  draw() {
    const { catalogue } = this;
    const { documents, current, hasMore } = catalogue;
    const words = this.search.value.trim().toLowerCase();
    const listed = this.deleted.checked ? (documents ?? []) : current;
    const shown = listed.filter(({ title, key }) => `${title}\n${key}`.toLowerCase().includes(words));
    this.summary.textContent = this.summarise(shown);
    this.search.hidden = !words && !hasMore && listed.length < SEARCH_FROM;
    this.search.placeholder = hasMore ? "Title, or start of the path" : "Title or path";
    this.key.hidden = catalogue.failure?.type !== "unauthenticated";
    this.more.hidden = !hasMore;
    this.choice.hidden = !documents;
    // Rows that did not change keep their nodes, and so the focus.
    setChildren(this.list, shown.map((one) => this.row(one)));
  }

  /** Search the loaded documents at once, and, if there are more, those by the start of their keys after a delay. */
  searchFor() {
    const words = this.search.value.trim();
    this.draw();
    clearTimeout(this.timer);
    if (words && this.catalogue.hasMore) this.timer = setTimeout(() => this.catalogue.search(words), SEARCH_DELAY);
  }

  updateTimes() {
    this.list.querySelectorAll("time").forEach((time) => (time.textContent = ago(time.dateTime)));
  }

  summarise(shown) {
    const { failure, documents, current, hasMore, empty } = this.catalogue;
    if (failure) return `${failure.message} ${failure.advice}`;
    if (!documents) return "Loading …";
    if (empty) return `No documents yet. ${this.uploads.advice}`;
    if (!shown.length && this.search.value) return "No document listed so far has that in its title or path.";
    const failed = current.filter(({ state }) => state === "failed").length;
    const many = `${count(current.length, "document")}${hasMore ? " and more" : ""}`;
    return failed ? `${many}, ${failed} of them could not be read` : many;
  }

  row(summary) {
    const state = JSON.stringify(summary);
    const old = this.rows.get(summary.id);
    if (old?.state === state) return old;
    const node = Object.assign(element("li", { class: summary.state }, this.entry(summary)), { state });
    this.rows.set(summary.id, node);
    return node;
  }

  entry(summary) {
    const { title, key, state, reason } = summary;
    const name = element("bdi", { class: "title" }, title || key);
    const path = title && title !== key && element("bdi", { class: "path" }, key);
    const why = state === "failed" && element("span", { class: "reason" }, reason);
    const parts = [name, path, why, facts(summary)];
    if (state !== "indexed") return parts;
    return element("button", { type: "button", click: () => this.open(summary) }, parts);
  }

  open({ id, title, key }) {
    this.opened = { id, scrollTop: this.panel.body.scrollTop };
    this.panel.show(new Reader({ document: id, title: title || key, back: () => this.panel.show(this) }));
  }

  /** The reader is back at the row of the document that was opened. */
  returnTo({ id, scrollTop }) {
    this.updateTimes();
    this.panel.body.scrollTop = scrollTop;
    this.rows.get(id)?.querySelector("button")?.focus({ preventScroll: true });
  }
}

function facts({ state, chunks, groups, indexed_at: indexed }) {
  const what = { indexed: count(chunks, "chunk"), failed: "Failed", deleted: "Deleted" }[state];
  const when = element("time", { datetime: indexed, title: new Date(indexed).toLocaleString() }, ago(indexed));
  return element("span", { class: "facts" }, what, " · ", when, groups.length > 0 && ` · ${readers(groups)}`);
}

/** Who may read a document of these groups, one of which may be a reader's private group. */
function readers(groups) {
  const shared = groups.filter((group) => !group.startsWith("private:"));
  return shared.length ? `for ${shared.join(", ")}` : "only for you";
}

function ago(time) {
  const seconds = (Date.now() - new Date(time)) / 1000;
  const [unit, size] = TIME_UNITS.find(([, length]) => seconds >= length) ?? [];
  return unit ? relative.format(-Math.floor(seconds / size), unit) : "just now";
}
