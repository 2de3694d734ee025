const PERIOD = 3000;
const STEADY = 20;
const LOOKS = 25;
const SIGNS = ["focus", "visibilitychange", "pointerdown", "click", "keydown"];

/**
 * Looks every few seconds for a minute, then ever later, and after some four minutes without news no more: functions
 * scale to zero where nobody asks. A sign of a reader, or `wake`, begins anew. `look` says whether there was news.
 */
export class Watch {
  constructor(look) {
    this.look = look;
    this.quiet = 0;
    this.looking = false;
    SIGNS.forEach((sign) => addEventListener(sign, () => this.wake()));
    this.turn();
  }

  wake() {
    const late = this.quiet > STEADY;
    this.quiet = 0;
    if (late && !this.looking) this.turn();
  }

  async turn() {
    clearTimeout(this.timer);
    this.looking = true;
    this.quiet += 1;
    try {
      if (document.visibilityState === "visible" && (await this.look())) this.quiet = 0;
    } finally {
      this.looking = false;
      if (this.quiet <= LOOKS) this.timer = setTimeout(() => this.turn(), this.pause);
    }
  }

  /** Milliseconds until the next look. */
  get pause() {
    return PERIOD * 2 ** Math.max(0, this.quiet - STEADY);
  }
}
