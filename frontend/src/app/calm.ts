/**
 * Calm unites many requests for the same work: it begins shortly after the first, never twice at once, and rests before it
 * begins again, so that changes that come by the dozen leave the time between them to whoever works here.
 */
export class Calm {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private working = false;
  private again = false;
  private rested = 0; // when it may begin again

  constructor(
    private readonly work: () => Promise<void>,
    private readonly pause: number, // ms in which requests are united
    private readonly rest: number, // ms after the work
  ) {}

  /** Has the work done soon; once more when it is under way, as it may not see what this request is about. */
  ask(): void {
    if (this.working) this.again = true;
    else this.timer ??= setTimeout(() => void this.run(), Math.max(this.pause, this.rested - Date.now()));
  }

  private async run(): Promise<void> {
    this.timer = undefined;
    this.working = true;
    await this.work().catch(() => {}); // who asks says what went wrong
    this.working = false;
    this.rested = Date.now() + this.rest;
    if (this.again) {
      this.again = false;
      this.ask();
    }
  }
}
