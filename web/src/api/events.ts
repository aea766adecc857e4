import { create } from "zustand";
import { note } from "~/app/log";
import { applyEvent, nothingYet, type LiveState, type Notice, type ServerEvent } from "./live";

export type LinkState = "off" | "connecting" | "live" | "lost";

interface EventsState extends LiveState {
  link: LinkState;
  /** Since when nothing has come in, as epoch milliseconds. */
  lostSince: number | null;
}

/** The live state and whether it still is live. Components select what they need of it. */
export const useEvents = create<EventsState>(() => ({ ...nothingYet, link: "off", lostSince: null }));

const RETRY_MS_MIN = 500;
const RETRY_MS_MAX = 15_000;
/** How many changes may wait before they are drawn; one frame draws them all. */
const PENDING_MAX = 1_000;

/** How long to wait before attempt `n` (from 0): doubled each time, spread by `random` so that a floor does not come back at once. */
export function retryAfterMs(attempt: number, random: number): number {
  const full = Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** Math.min(attempt, 10));
  return Math.round(full * (0.5 + random / 2));
}

const listeners = new Set<(notice: Notice) => void>();

/** Hears notices; returns how to stop. */
export function onNotice(listener: (notice: Notice) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Opens the one connection for events and keeps it open until the returned function is called. */
export function connectEvents(url = eventsAddress()): () => void {
  const link = new EventsLink(url);
  current = link;
  link.open();
  return () => {
    link.close();
    if (current === link) current = null;
  };
}

let current: EventsLink | null = null;

/** Tries again now what would be tried again in a while. */
export function reconnectEvents(): void {
  current?.retryNow();
}

function eventsAddress(): string {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/v1/events`;
}

class EventsLink {
  private socket: WebSocket | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private attempt = 0;
  private ended = false;
  private pending: ServerEvent[] = [];
  private frame = 0;
  private readonly wake = () => this.retryNow();

  constructor(private readonly url: string) {}

  open(): void {
    window.addEventListener("online", this.wake);
    document.addEventListener("visibilitychange", this.wake);
    this.connect();
  }

  close(): void {
    this.ended = true;
    window.removeEventListener("online", this.wake);
    document.removeEventListener("visibilitychange", this.wake);
    clearTimeout(this.timer);
    cancelAnimationFrame(this.frame);
    this.socket?.close(1000);
    useEvents.setState({ ...nothingYet, link: "off", lostSince: null }, true);
  }

  private connect(): void {
    if (this.ended) return;
    const first = useEvents.getState().link === "off";
    if (first) useEvents.setState({ link: "connecting" });
    const socket = new WebSocket(this.url);
    this.socket = socket;
    socket.onopen = () => {
      const { seq } = useEvents.getState();
      if (seq > 0) socket.send(JSON.stringify({ kind: "resume", seq }));
    };
    socket.onmessage = (message) => this.take(message.data);
    socket.onclose = ({ code }) => this.lost(socket, code);
  }

  private take(data: unknown): void {
    if (typeof data !== "string") return;
    const event = JSON.parse(data) as ServerEvent;
    if (event.kind === "notice") return listeners.forEach((listener) => listener(event));
    this.attempt = 0;
    this.pending.push(event);
    // A hidden page draws no frames; it must not hoard what it cannot draw.
    if (document.hidden || this.pending.length >= PENDING_MAX) return this.flush();
    this.frame ||= requestAnimationFrame(() => this.flush());
  }

  private flush(): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    const events = this.pending;
    this.pending = [];
    const { link } = useEvents.getState();
    if (link !== "live") note(`events live after ${link}`);
    useEvents.setState((state) => ({ ...events.reduce<LiveState>(applyEvent, state), link: "live", lostSince: null }));
  }

  private lost(socket: WebSocket, code: number): void {
    if (this.ended || this.socket !== socket) return;
    this.socket = null;
    const { lostSince } = useEvents.getState();
    // What is tried again in vain is said once.
    if (lostSince === null) note(`events lost ${code}`);
    useEvents.setState({ link: "lost", lostSince: lostSince ?? Date.now() });
    this.timer = setTimeout(() => this.connect(), retryAfterMs(this.attempt++, Math.random()));
  }

  retryNow(): void {
    if (this.socket || this.ended || document.hidden) return;
    clearTimeout(this.timer);
    this.connect();
  }
}
