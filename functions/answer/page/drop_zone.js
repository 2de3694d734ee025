/** Accepts files that are dropped anywhere on the page, and shows `notice` while they are dragged over it. */
export class DropZone {
  constructor(notice, uploads, onFiles) {
    this.notice = notice;
    this.uploads = uploads;
    this.onFiles = onFiles;
    this.target = null;
    for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
      document.addEventListener(name, (event) => this[name](event));
    }
  }

  /** Whether files are dragged and may be uploaded. If not, the drop is cancelled: the browser would open the file. */
  accepts(event) {
    if (!event.dataTransfer?.types.includes("Files")) return false;
    event.preventDefault();
    event.dataTransfer.dropEffect = this.uploads.allowed ? "copy" : "none";
    return this.uploads.allowed;
  }

  dragenter(event) {
    this.target = event.target;
    if (this.accepts(event)) this.show(true);
  }

  dragover(event) {
    this.accepts(event);
  }

  dragleave(event) {
    if (event.target === this.target) this.show(false);
  }

  drop(event) {
    this.show(false);
    if (this.accepts(event)) this.onFiles(files(event.dataTransfer));
  }

  show(shown) {
    this.notice.hidden = !shown;
    this.notice.querySelector("p").textContent = this.uploads.readers;
  }
}

/** The files that were dropped, without folders. */
function files({ items }) {
  return [...items].filter((item) => item.webkitGetAsEntry?.()?.isFile ?? item.kind === "file").map((item) => item.getAsFile());
}
