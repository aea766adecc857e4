import type { RTCSession } from "jssip/lib/RTCSession";
import type { UA } from "jssip/lib/UA";
import type { TestPhone } from "~/api/firstRun";

export interface CallerEvents {
  answered: () => void;
  ended: (cause: string | null) => void;
}

/** How long the phone may take to register. */
const REGISTER_MS_MAX = 10_000;

/**
 * A customer in this page who calls our own number: what the centre plays to him is heard on the loudspeaker until an agent
 * is there; from then on he says back what he hears, so that the agent hears himself. It needs no microphone.
 */
export class Caller {
  private ua: UA | null = null;
  private session: RTCSession | null = null;
  private context: AudioContext | null = null;
  private loud: GainNode | null = null;
  private back: GainNode | null = null;
  private readonly pull = new Audio();
  private over = false;

  constructor(
    private readonly phone: TestPhone,
    private readonly events: CallerEvents,
  ) {
    // Chromium lets a remote stream flow only if an element plays it; what is heard goes by the context.
    this.pull.muted = true;
  }

  async call(): Promise<void> {
    const JsSIP = await import("jssip");
    if (this.over) return;
    // Within the click that asked for it, so that the browser lets it sound.
    const context = new AudioContext();
    this.context = context;
    void context.resume();
    this.loud = context.createGain();
    this.loud.connect(context.destination);
    this.back = context.createGain();
    this.back.gain.value = 0;
    const said = context.createMediaStreamDestination();
    this.back.connect(said);
    const { phone } = this;
    const url = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${phone.ws_path}`;
    const ua = new JsSIP.UA({
      sockets: [new JsSIP.WebSocketInterface(url)],
      uri: phone.sip_uri,
      authorization_user: phone.user,
      password: phone.password,
      realm: phone.realm,
      register: true,
      register_expires: 120,
      session_timers: false,
      user_agent: "Belltower test call",
    });
    this.ua = ua;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("the test phone did not register in time")), REGISTER_MS_MAX);
      ua.on("registered", () => {
        clearTimeout(timer);
        resolve();
      });
      ua.on("registrationFailed", ({ cause }) => {
        clearTimeout(timer);
        reject(new Error(`the test phone could not register: ${cause}`));
      });
      ua.start();
    });
    if (this.over) return;
    const session = ua.call(`sip:${phone.number}@${phone.realm}`, { mediaStream: said.stream, pcConfig: { iceServers: [] } });
    this.session = session;
    session.connection.addEventListener("track", ({ streams, track }) => this.hear(streams[0] ?? new MediaStream([track])));
    session.on("icecandidate", ({ ready }) => ready());
    session.on("confirmed", () => this.events.answered());
    session.on("ended", ({ cause }) => this.ended(cause));
    session.on("failed", ({ cause }) => this.ended(cause));
  }

  /** An agent is there: he hears himself, and the loudspeaker is quiet. */
  echo(): void {
    if (this.loud) this.loud.gain.value = 0;
    if (this.back) this.back.gain.value = 1;
  }

  press(key: string): void {
    this.session?.sendDTMF(key, { transportType: "INFO" as never, duration: 120 });
  }

  close(): void {
    this.over = true;
    if (this.session && !this.session.isEnded()) this.session.terminate();
    this.ua?.stop();
    this.ua = null;
    this.pull.srcObject = null;
    void this.context?.close().catch(() => {});
    this.context = null;
  }

  private hear(stream: MediaStream): void {
    this.pull.srcObject = stream;
    this.pull.play().catch(() => {});
    const { context, loud, back } = this;
    if (!context || !loud || !back) return;
    const heard = context.createMediaStreamSource(stream);
    heard.connect(loud);
    heard.connect(back);
  }

  private ended(cause: string | null): void {
    if (this.over) return;
    this.close();
    this.events.ended(cause);
  }
}
