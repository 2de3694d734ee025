import { documents } from "./api.js";

const LIMIT = 1000;

/** The documents of one state, by id: the first thousand of them, and more where a reader asked for more. */
export class Shelf {
  constructor(state) {
    this.state = state;
    this.documents = [];
    this.next = null;
    this.extended = false;
  }

  /** Look at the first of them again. */
  async refresh() {
    const { documents: found, next } = await this.list();
    const beyond = this.documents.filter(({ id }) => next !== null && id > next);
    this.documents = [...found, ...beyond];
    if (!this.extended || next === null) this.next = next;
  }

  async extend() {
    if (this.next === null) return;
    this.extended = true;
    const { documents: found, next } = await this.list({ after: this.next });
    this.next = next;
    this.add(found);
  }

  /** Of those that are not here yet, some whose key begins with `prefix`. */
  async find(prefix) {
    if (this.next !== null) this.add((await this.list({ prefix })).documents);
  }

  list(chosen) {
    return documents({ state: this.state, limit: LIMIT, ...chosen });
  }

  add(found) {
    const known = new Set(this.documents.map(({ id }) => id));
    this.documents = [...this.documents, ...found.filter(({ id }) => !known.has(id))];
  }
}
