/** What is watched of a connection, so that tests need no browser. */
export type PathState = "new" | "connecting" | "connected" | "disconnected" | "failed" | "closed";

/** What to do about the way of the audio. */
export type PathAct = "nothing" | "restart" | "give_up";

/** How long an interruption may last before another way is looked for: shorter ones mend themselves. */
export const PATH_PATIENCE_MS = 1_500;

/** How long a call that was answered may be without a way for its audio (TEL-12). */
export const PATH_MS_MAX = 10_000;

/** How often another way is looked for in one interruption. */
export const RESTARTS_MAX = 3;

/**
 * What to do about a call's audio: `sinceMs` is how long its connection is in this state. An interruption asks for another way
 * (ICE restart), as when a laptop goes from Wi-Fi to 4G; a call that never had one fails by name instead of staying silent.
 */
export function actOn(state: PathState, sinceMs: number, wasConnected: boolean, restarts: number): PathAct {
  switch (state) {
    case "connected":
    case "closed":
      return "nothing";
    case "new":
    case "connecting":
      return !wasConnected && sinceMs >= PATH_MS_MAX ? "give_up" : "nothing";
    case "disconnected":
      return sinceMs >= PATH_PATIENCE_MS && restarts < RESTARTS_MAX ? "restart" : "nothing";
    case "failed":
      return wasConnected && restarts < RESTARTS_MAX ? "restart" : "give_up";
  }
}

/** Watches the way of a call's audio. */
export class Path {
  private since = Date.now();
  private state: PathState = "new";
  private wasConnected = false;
  private restarts = 0;
  private readonly timer: ReturnType<typeof setInterval>;

  constructor(
    connection: RTCPeerConnection,
    private readonly restart: () => void,
    private readonly giveUp: () => void,
  ) {
    const look = () => {
      const now = connection.connectionState;
      if (now !== this.state) {
        this.state = now;
        this.since = Date.now();
      }
      if (now === "connected") {
        this.wasConnected = true;
        this.restarts = 0;
      }
      this.act();
    };
    connection.addEventListener("connectionstatechange", look);
    this.timer = setInterval(look, 500);
  }

  /** Whether there was ever a way. */
  get hasConnected(): boolean {
    return this.wasConnected;
  }

  /** The machine has another network, or has signalling again: the old way may be gone before anybody notices. */
  moved(): void {
    if (this.wasConnected) this.restart();
  }

  close(): void {
    clearInterval(this.timer);
  }

  private act(): void {
    switch (actOn(this.state, Date.now() - this.since, this.wasConnected, this.restarts)) {
      case "nothing":
        return;
      case "restart":
        this.restarts += 1;
        this.since = Date.now();
        return this.restart();
      case "give_up":
        this.close();
        return this.giveUp();
    }
  }
}
