import { count } from "./element.js";

const ADVICE = {
  invalid_request: "Change the question and ask again.",
  not_found: "It may have been removed from the bucket since.",
  rate_limited: "",
  request_too_large: "Start a new conversation, or ask something shorter.",
  unauthenticated: "This Footnote answers those who have a key.",
  deadline_passed: "It took too long this time. Try again.",
  unavailable: "A part of Footnote is starting or overloaded. It usually takes a few seconds: try again.",
  unreadable: "Load this page again: you may have to sign in.",
  unreachable: "Check that Footnote is running and that you are online, then try again.",
};
// What a status means where something else on the way answered, which does not say.
const TYPES = { 401: "unauthenticated", 413: "request_too_large", 429: "rate_limited", 502: "unavailable", 503: "unavailable", 504: "deadline_passed" };
const SOON = 90;
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

  /** How long to wait, where that was said. */
  get patience() {
    const { retryAfter } = this;
    if (!retryAfter) return "";
    if (retryAfter > SOON) return `Footnote asks for patience until ${clock(retryAfter)}.`;
    return `Footnote asks for ${count(retryAfter, "second")} of patience.`;
  }

  static async from(response) {
    const body = await response.json().catch(() => ({}));
    return Failure.of(response.status, body, response.headers.get("retry-after"));
  }

  static of(status, body, retryAfter) {
    const error = { type: TYPES[status], message: `Footnote answered with status ${status}.`, ...body?.error };
    return new Failure(error, seconds(retryAfter));
  }
}

/** Seconds that a Retry-After asks for, as a number or as a date; null where there is none. */
function seconds(retryAfter) {
  return Number(retryAfter) || Math.max(0, Math.ceil((Date.parse(retryAfter) - Date.now()) / 1000)) || null;
}

/** The reader's time in so many seconds, with the day if it is another. */
function clock(seconds) {
  const then = new Date(Date.now() + seconds * 1000);
  const today = then.toDateString() === new Date().toDateString();
  const time = { hour: "2-digit", minute: "2-digit", ...(!today && { weekday: "long" }) };
  return then.toLocaleString(undefined, time);
}

export const unreachable = () =>
  new Failure({ type: "unreachable", message: "Footnote cannot be reached." });

export const unreadable = () =>
  new Failure({ type: "unreadable", message: "What answered is not Footnote, or the connection broke." });

export const broken = () =>
  new Failure({ type: "broken", message: "The connection broke before the answer was complete." });
