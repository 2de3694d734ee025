import { documents, terms } from "./api.js";
import { announce, megabytes } from "./element.js";
import { Failure } from "./failure.js";
import { send } from "./send.js";

const PERIOD = 1000;
const PATIENCE = 600;

/**
 * Files on their way into the index: `sending`, `reading`, then `indexed` or `failed` with a `reason`;
 * or `taken`, when a document of that name is there already. `change` when anything does.
 */
export class Uploads extends EventTarget {
  constructor(catalogue) {
    super();
    this.catalogue = catalogue;
    this.terms = null;
    this.groups = new Set();
    this.entries = [];
    this.turn = Promise.resolve();
  }

  get allowed() {
    return this.terms?.allowed ?? false;
  }

  /** How documents come here. */
  get advice() {
    if (this.allowed) return "Drop files on this page, and ask about them as soon as they are read.";
    return "Drop files in your bucket. They appear here as they are read, and you can ask about them at once.";
  }

  /** Who will be able to read what is added now. */
  get readers() {
    if (!this.terms?.private) return "Whoever may ask here can read what you add.";
    if (!this.groups.size) return "Only you can read what you add.";
    return `You and ${[...this.groups].join(", ")} can read what you add.`;
  }

  /** Ask what may be uploaded. One who is not known yet may nothing. */
  async learn() {
    try {
      this.terms = await terms();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.terms = null;
    }
    this.changed();
  }

  share(group, shared) {
    if (shared) this.groups.add(group);
    else this.groups.delete(group);
    this.changed();
  }

  add(files) {
    for (const file of files) {
      const entry = { file, name: file.name, groups: [...this.groups], state: "sending", share: 0, reason: "" };
      this.entries.unshift(entry);
      this.start(entry, false);
    }
  }

  replace(entry) {
    this.start(entry, true);
  }

  forget(entry) {
    this.entries = this.entries.filter((one) => one !== entry);
    this.changed();
  }

  /** One after the other, so that one is done soon. */
  start(entry, replaces) {
    this.become(entry, { state: "sending", share: 0 });
    this.turn = this.turn.then(() => this.send(entry, replaces));
  }

  async send(entry, replaces) {
    const { file, groups } = entry;
    try {
      if (file.size > this.terms.limit) throw new Failure({ message: `It is larger than ${megabytes(this.terms.limit)}.` });
      const uploaded = await send(file, { groups, replaces }, (share) => this.become(entry, { share }));
      this.become(entry, { state: "reading", uploaded });
      this.follow(entry);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.become(entry, { state: error.type === "already_there" ? "taken" : "failed", reason: error.message });
    }
  }

  /** Look until the index has what was uploaded: its own notification brings it there, sooner or later. */
  async follow(entry) {
    const { id, key, etag } = entry.uploaded;
    for (let tries = 0; tries < PATIENCE && this.entries.includes(entry); tries += 1) {
      const found = (await this.look(key)).find((one) => one.id === id && one.etag === etag);
      if (found && found.state !== "deleted") {
        this.become(entry, { state: found.state, reason: found.reason ?? "", title: found.title });
        this.catalogue.refresh();
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, PERIOD));
    }
  }

  async look(key) {
    try {
      return (await documents({ prefix: key })).documents;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return [];
    }
  }

  become(entry, changes) {
    const before = entry.state;
    Object.assign(entry, changes);
    if (entry.state !== before) announce(`${entry.name}: ${entry.state} ${entry.reason}`);
    this.changed();
  }

  changed() {
    this.dispatchEvent(new Event("change"));
  }
}
