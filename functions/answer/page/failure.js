import { count } from "./element.js";

const ADVICE = {
  invalid_request: "Change the question and ask again.",
  not_found: "It may have been removed from the bucket since.",
  rate_limited: "",
  request_too_large: "Start a new conversation, or ask something shorter.",
  unauthenticated: "Enter your API key to continue.",
  deadline_passed: "It took too long this time. Try again.",
  unavailable: "A part of Footnote is starting or overloaded. It usually takes a few seconds: try again.",
  unreadable: "Reload this page: you may have to sign in.",
  unreachable: "Check that Footnote is running and that you are online, then try again.",
};
// For a response without a type, which some proxy sent.
const TYPES = { 401: "unauthenticated", 413: "request_too_large", 429: "rate_limited", 502: "unavailable", 503: "unavailable", 504: "deadline_passed" };
const SHORT_WAIT = 90;
const FALLBACK = "Try again. If it fails again, look for the cause in the log of the function answer.";

/** An error with a message, and advice on what the reader can do about it. */
export class Failure extends Error {
  constructor({ type, message } = {}, retryAfter = null) {
    super(message || "Something went wrong.");
    this.type = type;
    this.retryAfter = retryAfter;
  }

  get advice() {
    return ADVICE[this.type] ?? FALLBACK;
  }

  /** How long to wait, if the response said so. */
  get waitAdvice() {
    const { retryAfter } = this;
    if (!retryAfter) return "";
    if (retryAfter > SHORT_WAIT) return `Please wait until ${clock(retryAfter)}.`;
    return `Please wait ${count(retryAfter, "second")}.`;
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

/** The seconds of a Retry-After header, which is a number or a date; null without one. */
function seconds(retryAfter) {
  return Number(retryAfter) || Math.max(0, Math.ceil((Date.parse(retryAfter) - Date.now()) / 1000)) || null;
}

/** The local time in so many seconds, with the weekday unless it is today. */
function clock(seconds) {
  const then = new Date(Date.now() + seconds * 1000);
  const today = then.toDateString() === new Date().toDateString();
  const time = { hour: "2-digit", minute: "2-digit", ...(!today && { weekday: "long" }) };
  return then.toLocaleString(undefined, time);
}

export const unreachable = () =>
  new Failure({ type: "unreachable", message: "Footnote cannot be reached." });

export const unreadable = () =>
  new Failure({ type: "unreadable", message: "The response is not from Footnote, or the connection broke." });

export const broken = () =>
  new Failure({ type: "broken", message: "The connection broke before the answer was complete." });
