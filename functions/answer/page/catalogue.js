import { Failure } from "./failure.js";
import { Shelf } from "./shelf.js";

const ORDER = new Intl.Collator(undefined, { numeric: true });

/** The documents of the index, as many of them as were asked for; `change` when they differ. */
export class Catalogue extends EventTarget {
  constructor() {
    super();
    this.shelves = [new Shelf("indexed"), new Shelf("failed")];
    this.documents = null;
    this.failure = null;
    this.seen = "";
  }

  get current() {
    return (this.documents ?? []).filter(({ state }) => state !== "deleted");
  }

  /** Whether there are more than were asked for. */
  get more() {
    return this.shelves.some(({ next }) => next !== null);
  }

  /** Whether it is known that there are none. */
  get empty() {
    return this.documents !== null && !this.more && !this.current.length;
  }

  /** Whether they differ from before. */
  refresh() {
    return this.look((shelf) => shelf.refresh());
  }

  extend() {
    return this.look((shelf) => shelf.extend());
  }

  find(prefix) {
    return this.look((shelf) => shelf.find(prefix));
  }

  /** Have what was deleted among the documents, or not any more. */
  exhume(wanted) {
    this.shelves = this.shelves.slice(0, 2);
    if (wanted) this.shelves.push(new Shelf("deleted"));
    return this.refresh();
  }

  async look(ask) {
    try {
      await Promise.all(this.shelves.map(ask));
      this.documents = this.shelves.flatMap(({ documents }) => documents).sort((a, b) => ORDER.compare(a.key, b.key));
      this.failure = null;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.failure = error;
    }
    const seen = JSON.stringify([this.documents, this.more, this.failure?.message]);
    if (seen === this.seen) return false;
    this.seen = seen;
    this.dispatchEvent(new Event("change"));
    return true;
  }
}
