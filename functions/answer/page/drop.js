/** Takes files that are dropped anywhere on the page; `notice` is shown while they hang over it. */
export class Drop {
  constructor(notice, uploads, dropped) {
    this.notice = notice;
    this.uploads = uploads;
    this.dropped = dropped;
    this.over = null;
    for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
      document.addEventListener(name, (event) => this[name](event));
    }
  }

  /** Whether files are dragged. Where none are taken, nothing happens: the browser would leave the page for them. */
  takes(event) {
    if (!event.dataTransfer?.types.includes("Files")) return false;
    event.preventDefault();
    event.dataTransfer.dropEffect = this.uploads.allowed ? "copy" : "none";
    return this.uploads.allowed;
  }

  dragenter(event) {
    this.over = event.target;
    if (this.takes(event)) this.show(true);
  }

  dragover(event) {
    this.takes(event);
  }

  dragleave(event) {
    if (event.target === this.over) this.show(false);
  }

  drop(event) {
    this.show(false);
    if (this.takes(event)) this.dropped(files(event.dataTransfer));
  }

  show(shown) {
    this.notice.hidden = !shown;
    this.notice.querySelector("p").textContent = this.uploads.readers;
  }
}

/** The files among what was dropped; folders are not taken. */
function files({ items }) {
  return [...items].filter((item) => item.webkitGetAsEntry?.()?.isFile ?? item.kind === "file").map((item) => item.getAsFile());
}
