import { documents } from "./api.js";
import { Failure } from "./failure.js";

/** The documents of the index, as many pages of them as were asked for; `change` when they differ. */
export class Catalogue extends EventTarget {
  constructor() {
    super();
    this.pages = 1;
    this.documents = null;
    this.more = false;
    this.failure = null;
    this.seen = "";
  }

  get current() {
    return (this.documents ?? []).filter(({ state }) => state !== "deleted");
  }

  /** Whether they differ from before. */
  async refresh() {
    try {
      await this.load();
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

  async load() {
    const found = [];
    let next = null;
    for (let page = 0; page < this.pages && (page === 0 || next); page += 1) {
      const list = await documents(next);
      found.push(...list.documents);
      next = list.next;
    }
    this.documents = found.sort((a, b) => a.key.localeCompare(b.key));
    this.more = next !== null;
  }

  extend() {
    this.pages += 1;
    return this.refresh();
  }
}
