import { ask } from "./api.js";
import { Failure, broken } from "./failure.js";
import { Turn } from "./turn.js";

/** The list of turns. Those that were answered in full are sent along with the next question. */
export class Conversation extends EventTarget {
  constructor(list, handlers) {
    super();
    this.list = list;
    this.handlers = handlers;
    this.messages = [];
    this.count = 0;
    this.last = "";
    this.controller = null;
  }

  get busy() {
    return this.controller !== null;
  }

  get empty() {
    return this.list.childElementCount === 0;
  }

  async ask(question) {
    if (this.busy) return;
    const turn = this.begin(question);
    this.last = question;
    const controller = (this.controller = new AbortController());
    this.dispatchEvent(new Event("change"));
    turn.node.scrollIntoView({ block: "start" });
    const message = { role: "user", content: question };
    try {
      for await (const event of ask([...this.messages, message], controller.signal)) turn.add(event);
      this.messages.push(message, { role: "assistant", content: turn.text });
    } catch (error) {
      if (controller.signal.aborted) turn.stopped();
      else turn.fail(error instanceof Failure ? error : broken());
    }
    if (this.controller !== controller) return;
    this.controller = null;
    this.dispatchEvent(new Event("change"));
  }

  begin(question) {
    const retry = () => {
      if (this.busy) return;
      turn.node.remove();
      this.ask(question);
    };
    const turn = new Turn(++this.count, question, { ...this.handlers, retry });
    this.list.append(turn.node);
    return turn;
  }

  stop() {
    this.controller?.abort();
  }

  clear() {
    this.stop();
    this.controller = null;
    this.messages = [];
    this.list.replaceChildren();
    this.dispatchEvent(new Event("change"));
  }
}
