import { ask } from "./api.js";
import { announce } from "./element.js";
import { Failure, broken } from "./failure.js";
import { Turn } from "./turn.js";

/** The list of turns. Those that were answered in full are sent along with the next question. */
export class Conversation extends EventTarget {
  constructor(list, handlers) {
    super();
    this.list = list;
    this.handlers = handlers;
    this.turns = [];
    this.count = 0;
    this.controller = null;
  }

  get busy() {
    return this.controller !== null;
  }

  get empty() {
    return this.turns.length === 0;
  }

  /** The last question. */
  get last() {
    return this.turns.at(-1)?.question;
  }

  get messages() {
    const answered = this.turns.filter(({ response }) => response);
    return answered.flatMap(({ question, text }) => [
      { role: "user", content: question },
      { role: "assistant", content: text },
    ]);
  }

  /** The questions, each with its response if it was answered in full, for `restore`. */
  get saved() {
    return this.turns.map(({ question, response }) => ({ question, response }));
  }

  async ask(question) {
    if (this.busy) return;
    const asked = [...this.messages, { role: "user", content: question }];
    const turn = this.begin(question);
    const controller = (this.controller = new AbortController());
    this.dispatchEvent(new Event("change"));
    announce("Reading your documents");
    turn.node.scrollIntoView({ block: "start" });
    try {
      for await (const event of ask(asked, controller.signal)) turn.add(event);
      turn.announce();
    } catch (error) {
      if (controller.signal.aborted) {
        turn.stopped();
        announce("Stopped");
      } else turn.fail(error instanceof Failure ? error : broken());
    }
    if (this.controller !== controller) return;
    this.controller = null;
    this.dispatchEvent(new Event("change"));
  }

  begin(question) {
    const retry = () => {
      if (this.busy) return;
      this.turns.splice(this.turns.indexOf(turn), 1);
      turn.node.remove();
      this.ask(question);
    };
    const turn = new Turn(++this.count, question, { ...this.handlers, retry });
    this.turns.push(turn);
    this.list.append(turn.node);
    return turn;
  }

  stop() {
    this.controller?.abort();
  }

  /** Show a conversation that was `saved` in place of this one. */
  restore(saved) {
    this.stop();
    this.controller = null;
    this.turns = [];
    this.list.replaceChildren();
    for (const { question, response } of saved) {
      const turn = this.begin(question);
      if (response) turn.finish(response);
      else turn.stopped();
    }
    this.dispatchEvent(new Event("change"));
  }
}
