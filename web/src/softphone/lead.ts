const LOCK = "belltower.voice";
const CHANNEL = "belltower.voice";

/** Which tab of this browser is the phone: one at a time, the next as soon as it goes. */
export class Lead {
  private readonly channel = new BroadcastChannel(CHANNEL);
  private readonly ended = new AbortController();
  private release: (() => void) | null = null;

  /** `onLead` when this tab becomes the phone, `onFollow` while another is; `mayYield` says whether it may be given away. */
  constructor(
    private readonly onLead: () => void,
    private readonly onFollow: () => void,
    private readonly mayYield: () => boolean,
  ) {
    this.channel.onmessage = () => {
      if (this.release && this.mayYield()) this.yield();
    };
    this.begin();
  }

  /** Asks the other tab to give the phone to this one; it does unless it is in a call. */
  ask(): void {
    this.channel.postMessage("yield");
  }

  close(): void {
    this.ended.abort();
    this.channel.close();
    this.release?.();
  }

  private begin(): void {
    // Very old browsers have no locks: there the server's "one voice endpoint" decides.
    if (!("locks" in navigator)) return this.onLead();
    // Taken or refused in one step: of two tabs that open at once, one is the phone and the other knows it.
    void navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => {
      if (this.ended.signal.aborted) return;
      if (lock) return this.hold();
      this.onFollow();
      this.wait();
    });
  }

  private wait(): void {
    navigator.locks.request(LOCK, { signal: this.ended.signal }, () => this.hold()).catch(() => {});
  }

  private hold(): Promise<void> {
    this.onLead();
    return new Promise((resolve) => (this.release = resolve));
  }

  private yield(): void {
    this.release?.();
    this.release = null;
    this.onFollow();
    // Behind the one who asked.
    setTimeout(() => !this.ended.signal.aborted && this.wait(), 300);
  }
}
