import { ask } from "./api.js";
import { Failure, broken } from "./failure.js";
import { Turn } from "./turn.js";

/** Turns one below the other. What was answered in full is sent along with the next question. */
export class Conversation extends EventTarget {
  constructor(list, on) {
    super();
    this.list = list;
    this.on = on;
    this.messages = [];
    this.asked = 0;
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
    const asking = { role: "user", content: question };
    try {
      for await (const event of ask([...this.messages, asking], controller.signal)) turn.add(event);
      this.messages.push(asking, { role: "assistant", content: turn.text });
    } catch (error) {
      if (controller.signal.aborted) turn.stopped();
      else turn.fail(error instanceof Failure ? error : broken());
    }
    if (this.controller !== controller) return;
    this.controller = null;
    this.dispatchEvent(new Event("change"));
  }

  begin(question) {
    const again = () => {
      if (this.busy) return;
      turn.node.remove();
      this.ask(question);
    };
    const turn = new Turn(++this.asked, question, { ...this.on, again });
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
