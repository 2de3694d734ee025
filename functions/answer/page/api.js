import { credentials } from "./api_key.js";
import { Failure, broken, unreachable, unreadable } from "./failure.js";
import { readEvents } from "./sse.js";

const MAX_MESSAGES = 99;

async function request(path, { headers, ...options } = {}) {
  const init = { ...options, headers: { ...headers, ...credentials() } };
  let response;
  try {
    response = await fetch(path, init);
  } catch (error) {
    throw error.name === "AbortError" ? error : unreachable();
  }
  if (!response.ok) throw await Failure.from(response);
  return response;
}

async function json(path) {
  const response = await request(path);
  try {
    return await response.json();
  } catch {
    throw unreadable();
  }
}

/** Ask the last question of a conversation; yields `delta` and `citation` events and, last, `done`. */
export async function* ask(messages, signal) {
  const response = await request("chat", {
    method: "POST",
    signal,
    headers: { "content-type": "application/json", accept: "text/event-stream" },
    body: JSON.stringify({ messages: messages.slice(-MAX_MESSAGES) }),
  });
  if (!response.headers.get("content-type")?.startsWith("text/event-stream")) throw unreadable();
  try {
    for await (const { event, data } of readEvents(response.body)) {
      if (event === "error") throw new Failure(data.error);
      yield { event, data };
      if (event === "done") return;
    }
  } catch (error) {
    throw error.name === "AbortError" || error instanceof Failure ? error : broken();
  }
  throw broken();
}

/** A page of the documents; the parameters are `state`, `prefix`, `after` (an id) and `limit`. */
export function documents(parameters) {
  return json(`documents?${new URLSearchParams(parameters)}`);
}

export function documentDetail(id) {
  return json(`documents/${encodeURIComponent(id)}`);
}

/** Rate an answer `up` or `down`. */
export async function rate(answer, rating) {
  await request(`answers/${encodeURIComponent(answer)}/rating`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ rating }),
  });
}

/** Whether and what the reader may upload. */
export function uploadTerms() {
  return json("uploads");
}
