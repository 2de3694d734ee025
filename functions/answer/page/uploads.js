import { documents, uploadTerms } from "./api.js";
import { announce, megabytes } from "./element.js";
import { Failure } from "./failure.js";
import { uploadFile } from "./upload_request.js";

const POLL_INTERVAL = 1000;
const MAX_POLLS = 600;

/**
 * Uploads in the state `sending`, then `reading`, then `indexed` or `failed` with a `reason`; or `taken`, when there is
 * a document of that name already. Dispatches `change`.
 */
export class Uploads extends EventTarget {
  constructor(catalogue) {
    super();
    this.catalogue = catalogue;
    this.terms = null;
    this.groups = new Set();
    this.entries = [];
    this.queue = Promise.resolve();
  }

  get allowed() {
    return this.terms?.allowed ?? false;
  }

  /** How to add documents. */
  get advice() {
    if (this.allowed) return "Drop files on this page, and ask about them as soon as they are read.";
    return "Drop files in your bucket. They appear here as they are read, and you can ask about them at once.";
  }

  /** Who will be able to read a document that is added now. */
  get readers() {
    if (!this.terms?.private) return "Everyone who can ask here can read what you add.";
    if (!this.groups.size) return "Only you can read what you add.";
    return `You and ${[...this.groups].join(", ")} can read what you add.`;
  }

  /** Load whether and what the reader may upload; nothing without a valid key. */
  async loadTerms() {
    try {
      this.terms = await uploadTerms();
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

  dismiss(entry) {
    this.entries = this.entries.filter((one) => one !== entry);
    this.changed();
  }

  /** One upload after the other, so that the first is complete soon. */
  start(entry, replaces) {
    this.update(entry, { state: "sending", share: 0 });
    this.queue = this.queue.then(() => this.send(entry, replaces));
  }

  async send(entry, replaces) {
    const { file, groups } = entry;
    try {
      if (file.size > this.terms.limit) throw new Failure({ message: `It is larger than ${megabytes(this.terms.limit)}.` });
      const uploaded = await uploadFile(file, { groups, replaces }, (share) => this.update(entry, { share }));
      this.update(entry, { state: "reading", uploaded });
      this.waitForIndex(entry);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.update(entry, { state: error.type === "already_there" ? "taken" : "failed", reason: error.message });
    }
  }

  /** Poll until the document is indexed, which its storage event causes sooner or later. */
  async waitForIndex(entry) {
    const { id, key, etag } = entry.uploaded;
    for (let polls = 0; polls < MAX_POLLS && this.entries.includes(entry); polls += 1) {
      const found = (await this.load(key)).find((one) => one.id === id && one.etag === etag);
      if (found && found.state !== "deleted") {
        this.update(entry, { state: found.state, reason: found.reason ?? "", title: found.title });
        this.catalogue.refresh();
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL));
    }
  }

  async load(key) {
    try {
      return (await documents({ prefix: key })).documents;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return [];
    }
  }

  update(entry, changes) {
    const before = entry.state;
    Object.assign(entry, changes);
    if (entry.state !== before) announce(`${entry.name}: ${entry.state} ${entry.reason}`);
    this.changed();
  }

  changed() {
    this.dispatchEvent(new Event("change"));
  }
}
