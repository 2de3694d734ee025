const INTERVAL = 3000;
const STEADY_POLLS = 20;
const MAX_POLLS = 25;
const ACTIVITY = ["focus", "visibilitychange", "pointerdown", "click", "keydown"];

/**
 * Polls every three seconds for a minute, then with exponential backoff, and after some four minutes without a change no
 * more, so that the functions can scale to zero. Activity of the reader, or `wake`, starts again. `poll` returns whether
 * there was a change.
 */
export class Poller {
  constructor(poll) {
    this.poll = poll;
    this.idlePolls = 0;
    this.polling = false;
    ACTIVITY.forEach((event) => addEventListener(event, () => this.wake()));
    this.run();
  }

  wake() {
    const backingOff = this.idlePolls > STEADY_POLLS;
    this.idlePolls = 0;
    if (backingOff && !this.polling) this.run();
  }

  async run() {
    clearTimeout(this.timer);
    this.polling = true;
    this.idlePolls += 1;
    try {
      if (document.visibilityState === "visible" && (await this.poll())) this.idlePolls = 0;
    } finally {
      this.polling = false;
      if (this.idlePolls <= MAX_POLLS) this.timer = setTimeout(() => this.run(), this.delay);
    }
  }

  /** Milliseconds until the next poll. */
  get delay() {
    return INTERVAL * 2 ** Math.max(0, this.idlePolls - STEADY_POLLS);
  }
}
