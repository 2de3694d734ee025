import { documents } from "./api.js";

const PAGE_SIZE = 1000;

/** The documents in one state, ordered by id: the first page, and those that were loaded beyond it. */
export class DocumentList {
  constructor(state) {
    this.state = state;
    this.documents = [];
    this.cursor = null;
    this.extended = false;
  }

  /** Load the first page again. */
  async refresh() {
    const { documents: found, next } = await this.load();
    const beyond = this.documents.filter(({ id }) => next !== null && id > next);
    this.documents = [...found, ...beyond];
    if (!this.extended || next === null) this.cursor = next;
  }

  async loadMore() {
    if (this.cursor === null) return;
    this.extended = true;
    const { documents: found, next } = await this.load({ after: this.cursor });
    this.cursor = next;
    this.add(found);
  }

  /** Load some documents whose key starts with `prefix`, unless all are loaded. */
  async search(prefix) {
    if (this.cursor !== null) this.add((await this.load({ prefix })).documents);
  }

  load(parameters) {
    return documents({ state: this.state, limit: PAGE_SIZE, ...parameters });
  }

  add(found) {
    const known = new Set(this.documents.map(({ id }) => id));
    this.documents = [...this.documents, ...found.filter(({ id }) => !known.has(id))];
  }
}
