import { DocumentList } from "./document_list.js";
import { Failure } from "./failure.js";

const ORDER = new Intl.Collator(undefined, { numeric: true });

/** The documents of the index that are loaded so far. Dispatches `change` when they differ. */
export class Catalogue extends EventTarget {
  constructor() {
    super();
    this.lists = [new DocumentList("indexed"), new DocumentList("failed")];
    this.documents = null;
    this.failure = null;
    this.snapshot = "";
  }

  get current() {
    return (this.documents ?? []).filter(({ state }) => state !== "deleted");
  }

  get hasMore() {
    return this.lists.some(({ cursor }) => cursor !== null);
  }

  /** Whether the index is known to have no documents. */
  get empty() {
    return this.documents !== null && !this.hasMore && !this.current.length;
  }

  /** Returns whether the documents changed, as the next two do. */
  refresh() {
    return this.update((list) => list.refresh());
  }

  loadMore() {
    return this.update((list) => list.loadMore());
  }

  search(prefix) {
    return this.update((list) => list.search(prefix));
  }

  includeDeleted(included) {
    this.lists = this.lists.slice(0, 2);
    if (included) this.lists.push(new DocumentList("deleted"));
    return this.refresh();
  }

  async update(load) {
    try {
      await Promise.all(this.lists.map(load));
      this.documents = this.lists.flatMap(({ documents }) => documents).sort((a, b) => ORDER.compare(a.key, b.key));
      this.failure = null;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.failure = error;
    }
    const snapshot = JSON.stringify([this.documents, this.hasMore, this.failure?.message]);
    if (snapshot === this.snapshot) return false;
    this.snapshot = snapshot;
    this.dispatchEvent(new Event("change"));
    return true;
  }
}
