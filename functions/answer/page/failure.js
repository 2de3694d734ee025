const ADVICE = {
  invalid_request: "Change the question and ask again.",
  not_found: "It may have been removed from the bucket since.",
  rate_limited: "Too many questions came at once. Wait a little, then try again.",
  request_too_large: "Start a new conversation, or ask something shorter.",
  unauthenticated: "This Footnote answers those who have a key.",
  deadline_passed: "It took too long this time. Try again.",
  unavailable: "A part of Footnote is starting or overloaded. It usually takes a few seconds: try again.",
  unreadable: "Load this page again: you may have to sign in.",
  unreachable: "Check that Footnote is running and that you are online, then try again.",
};
const FALLBACK = "Try again. If it fails again, the log of answer holds the cause.";

/** What went wrong, in a sentence, and what the reader can do about it. */
export class Failure extends Error {
  constructor({ type, message } = {}, retryAfter = null) {
    super(message || "Something went wrong.");
    this.type = type;
    this.retryAfter = retryAfter;
  }

  get advice() {
    return ADVICE[this.type] ?? FALLBACK;
  }

  static async from(response) {
    const body = await response.json().catch(() => ({}));
    return Failure.of(response.status, body, response.headers.get("retry-after"));
  }

  static of(status, body, retryAfter) {
    return new Failure({ message: `Footnote answered with status ${status}.`, ...body?.error }, Number(retryAfter) || null);
  }
}

export const unreachable = () =>
  new Failure({ type: "unreachable", message: "Footnote cannot be reached." });

export const unreadable = () =>
  new Failure({ type: "unreadable", message: "What answered is not Footnote, or the connection broke." });

export const broken = () =>
  new Failure({ type: "broken", message: "The connection broke before the answer was complete." });
