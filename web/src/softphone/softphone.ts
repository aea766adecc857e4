import type { RTCSession } from "jssip/lib/RTCSession";
import type { IncomingRequest } from "jssip/lib/SIPMessage";
import type { RTCSessionEvent, UA } from "jssip/lib/UA";
import { retryAfterMs } from "~/api/events";
import { note } from "~/app/log";
import { closeStream, openMicrophone, playOn, useDevices } from "./devices";
import { Lead } from "./lead";
import { Path } from "./path";
import { noteAll, noteSession } from "./noted";
import { popOf } from "./pop";
import { countersOf, QUALITY_MS, qualityBetween, type Counters, type Quality } from "./quality";
import { Ringer } from "./ringer";
import { codecsFor, preferCodecs } from "./sdp";
import { askForKey, tryMicrophone, tryNetwork, VoiceFailure, type VoiceKey } from "./start";
import { usePhone, type PhoneCall } from "./store";
import { needsPerson, START_MS_MAX, type VoiceStep } from "./voice";

/** Tones of a key on the telephone. */
export type Key = "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "*" | "#";

const set = usePhone.setState;
const setCall = (change: Partial<PhoneCall>) => set((phone) => (phone.call ? { call: { ...phone.call, ...change } } : {}));

/**
 * This browser as a phone: registers by a key of the login, rings, speaks. It decides nothing about calls; the server
 * says through the desk's state what they are.
 */
class Softphone {
  private lead: Lead | null = null;
  private ua: UA | null = null;
  private session: RTCSession | null = null;
  private microphone: MediaStream | null = null;
  private readonly sound = new Audio();
  private readonly ringer = new Ringer();
  private attempt = 0;
  /** Which start is under way; an older one that is still waiting for something ends when it sees another number. */
  private run = 0;
  private timers = new Set<ReturnType<typeof setTimeout>>();
  private renewal: ReturnType<typeof setTimeout> | undefined;
  private meter: ReturnType<typeof setInterval> | undefined;
  private path: Path | null = null;
  private isWeak = false;
  private readonly expected = new Set<string>();
  /** The call that was hung up here last: the server may not have heard it, and call back whom it takes for lost. */
  private hungUp: string | null = null;
  private expecting: Promise<unknown> | null = null;

  constructor() {
    this.sound.autoplay = true;
  }

  /** Becomes the phone of this browser, or waits behind the tab that is. */
  open(): void {
    if (this.lead) return;
    const mayYield = () => this.session === null;
    this.lead = new Lead(() => void this.start(), () => this.follow(), mayYield);
    navigator.mediaDevices?.addEventListener("devicechange", this.onDevices);
    window.addEventListener("beforeunload", this.onLeave);
    window.addEventListener("online", this.onOnline);
  }

  close(): void {
    navigator.mediaDevices?.removeEventListener("devicechange", this.onDevices);
    window.removeEventListener("beforeunload", this.onLeave);
    window.removeEventListener("online", this.onOnline);
    this.stop();
    this.lead?.close();
    this.lead = null;
    set({ voice: { at: "off" }, call: null, quality: null });
  }

  /** Makes this tab the phone, unless the other is in a call. */
  takeOver(): void {
    this.lead?.ask();
  }

  /** Tries everything again, from the microphone on. */
  retry(): void {
    this.stop();
    this.attempt = 0;
    void this.start();
  }

  /** Answers by itself the call that comes out of a request, such as one's own dialling. */
  async expect(request: Promise<{ call?: string | null } | undefined>): Promise<void> {
    this.expecting = request.catch(() => undefined);
    const answer = await request.finally(() => (this.expecting = null));
    if (answer?.call) this.expected.add(answer.call);
    const { call } = usePhone.getState();
    if (call?.stage === "ringing" && call.call && this.expected.has(call.call)) this.answer();
  }

  answer(): void {
    const { session } = this;
    const { call } = usePhone.getState();
    if (!session || call?.stage !== "ringing") return;
    this.ringer.stop();
    setCall({ stage: "connecting", since: Date.now() });
    openMicrophone().then(
      (stream) => {
        if (this.session !== session) return closeStream(stream);
        this.microphone = stream;
        session.answer({ mediaStream: stream, pcConfig: { iceServers: [] } });
      },
      (error: unknown) => {
        set({ lastFailure: error instanceof DOMException ? error.name : "microphone" });
        session.terminate({ status_code: 480 });
      },
    );
  }

  hangUp(): void {
    const { call } = usePhone.getState();
    if (!this.session || !call) return;
    // 603 to an offer: the caller goes on to the next agent. BYE to a call that is up.
    if (call.stage === "ringing") return this.session.terminate({ status_code: 603 });
    this.hungUp = call.call;
    this.session.terminate();
  }

  setMuted(muted: boolean): void {
    if (muted) this.session?.mute({ audio: true });
    else this.session?.unmute({ audio: true });
    setCall({ muted });
  }

  /** By INFO, which every browser sends alike. */
  sendKey(key: Key): void {
    this.session?.sendDTMF(key, { transportType: "INFO" as never, duration: 120 });
  }

  /** The chosen devices have changed; a running call moves to them. */
  async useChosenDevices(): Promise<void> {
    await playOn(this.sound, useDevices.getState().speaker);
    const sender = this.session?.connection?.getSenders().find(({ track }) => track?.kind === "audio");
    if (!sender || !this.microphone) return;
    const fresh = await openMicrophone().catch(() => null);
    const track = fresh?.getAudioTracks()[0];
    if (!fresh || !track) return;
    track.enabled = !usePhone.getState().call?.muted;
    await sender.replaceTrack(track);
    closeStream(this.microphone);
    this.microphone = fresh;
  }

  private readonly onDevices = () => void this.useChosenDevices();
  private readonly onOnline = () => {
    if (usePhone.getState().voice.at === "failed") this.retry();
    this.path?.moved();
  };
  private readonly onLeave = (event: BeforeUnloadEvent) => {
    if (this.session) event.preventDefault();
  };

  private follow(): void {
    this.stop();
    set({ voice: { at: "elsewhere" } });
  }

  private async start(): Promise<void> {
    const run = ++this.run;
    const isOver = () => run !== this.run || !this.lead;
    const step = (now: VoiceStep) => set({ voice: { at: "starting", step: now } });
    try {
      step("microphone");
      await tryMicrophone();
      if (isOver()) return;
      const began = Date.now();
      const left = () => Math.max(1, START_MS_MAX - (Date.now() - began));
      step("network");
      await tryNetwork();
      if (isOver()) return;
      step("key");
      const key = await askForKey(left());
      if (isOver()) return;
      if (!key) return set({ voice: { at: "none" } });
      set({ hasOpus: key.codecs.includes("opus") });
      step("socket");
      await this.register(key, left(), step, isOver);
      if (!isOver()) this.renewBefore(key);
    } catch (thrown) {
      if (isOver()) return;
      const failure = thrown instanceof VoiceFailure ? thrown : new VoiceFailure("key", "server");
      this.failed(failure);
    }
  }

  private failed({ step, reason }: VoiceFailure): void {
    note(`phone failed at ${step}: ${reason}`);
    this.stop();
    if (!this.lead) return;
    set({ voice: { at: "failed", step, cause: reason } });
    if (needsPerson(reason)) return;
    this.later(() => void this.start(), retryAfterMs(3 + this.attempt++, Math.random()));
  }

  // Resolves when the registrar has agreed. What fails within the deadline is named by its step.
  private async register(key: VoiceKey, deadlineMs: number, step: (now: VoiceStep) => void, isOver: () => boolean): Promise<void> {
    const JsSIP = await import("jssip");
    if (isOver()) return;
    const url = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${key.ws_path}`;
    const ua = new JsSIP.UA({
      sockets: [new JsSIP.WebSocketInterface(url)],
      uri: key.sip_uri,
      authorization_user: key.user,
      password: key.password,
      realm: key.realm,
      register: true,
      register_expires: 120,
      session_timers: false,
      user_agent: "Belltower console",
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 15,
    });
    this.ua = ua;
    noteAll(ua);
    await new Promise<void>((resolve, reject) => {
      let at: VoiceStep = "socket";
      const timer = this.later(() => reject(new VoiceFailure(at, at === "socket" ? "unreachable" : "timed_out")), deadlineMs);
      ua.on("connected", () => {
        at = "registration";
        if (usePhone.getState().voice.at === "starting") step("registration");
      });
      ua.on("registered", () => {
        clearTimeout(timer);
        this.attempt = 0;
        if (usePhone.getState().voice.at === "lost") this.path?.moved();
        set({ voice: { at: "ready" } });
        resolve();
      });
      ua.on("disconnected", () => {
        at = "socket";
        this.lost(ua);
      });
      ua.on("registrationFailed", ({ cause }) => {
        clearTimeout(timer);
        if (this.ua !== ua) return;
        const failure = new VoiceFailure("registration", cause === JsSIP.C.causes.REQUEST_TIMEOUT ? "timed_out" : "refused");
        // After it was ready once, the key may be over: everything begins again with a new one.
        if (usePhone.getState().voice.at === "starting") reject(failure);
        else if (!this.session) this.failed(failure);
      });
      ua.on("newRTCSession", ({ originator, session, request }: RTCSessionEvent) => {
        if ((originator as string) === "remote") this.incoming(session, request as IncomingRequest);
      });
      ua.start();
    });
  }

  private lost(ua: UA): void {
    if (this.ua !== ua || usePhone.getState().voice.at !== "ready") return;
    set({ voice: { at: "lost", since: Date.now() } });
  }

  // A key lives as long as the login, if it is asked for again in time.
  private renewBefore(key: VoiceKey): void {
    const leftMs = Date.parse(key.expires_at) - Date.now();
    clearTimeout(this.renewal);
    this.renewal = setTimeout(() => {
      askForKey(10_000).then(
        (next) => {
          if (!next || !this.ua) return;
          this.ua.set("password", next.password);
          this.renewBefore(next);
        },
        () => this.renewBefore({ ...key, expires_at: new Date(Date.now() + 60_000).toISOString() }),
      );
    }, Math.max(10_000, Math.min(leftMs / 2, 2 ** 31 - 1)));
  }

  private incoming(session: RTCSession, request: IncomingRequest): void {
    const call = (request.getHeader("X-Bell-Call") as string | undefined) ?? null;
    // A page that was loaded anew, or a laptop that slept, is called into its talk again and answers by itself (RFC 5373).
    const returns = call !== null && request.getHeader("Answer-Mode") === "Auto";
    if (returns && call === this.hungUp) return session.terminate({ status_code: 603 });
    // The same call may come to her again, by hand.
    if (call === this.hungUp) this.hungUp = null;
    if (returns && this.session && usePhone.getState().call?.call === call) this.drop(this.session);
    if (this.session) return session.terminate({ status_code: 486 });
    this.session = session;
    if (returns) this.expected.add(call);
    const party = session.remote_identity.display_name || session.remote_identity.uri.user;
    noteSession(session);
    set({ call: { call, party, stage: "ringing", since: Date.now(), muted: false, audioAfterMs: null }, quality: null, lastFailure: null });
    this.listen(session);
    void this.ringOrAnswer(session, call);
  }

  private async ringOrAnswer(session: RTCSession, call: string | null): Promise<void> {
    // The call may come before the answer to the request that asked for it.
    if (this.expecting) await this.expecting;
    if (this.session !== session) return;
    if (call && this.expected.delete(call)) return this.answer();
    await popOf(call);
    if (this.session !== session || usePhone.getState().call?.stage !== "ringing") return;
    await this.ringer.start();
    notify(usePhone.getState().call);
  }

  private listen(session: RTCSession): void {
    session.on("icecandidate", ({ ready }) => ready());
    session.on("sdp", (event) => {
      if ((event.originator as string) === "local") event.sdp = preferCodecs(event.sdp, codecsFor(useDevices.getState().lowBandwidth, this.isWeak));
    });
    session.on("peerconnection", ({ peerconnection }) => {
      this.path = new Path(
        peerconnection,
        () => this.findPath(session),
        () => this.noPath(session),
      );
      // JsSIP would hang up when the way fails. The path looks for another one first, and says why if there is none.
      peerconnection.addEventListener("iceconnectionstatechange", (event) => event.stopImmediatePropagation(), { capture: true });
      peerconnection.addEventListener("track", ({ streams, track }) => {
        this.sound.srcObject = streams[0] ?? new MediaStream([track]);
        void playOn(this.sound, useDevices.getState().speaker);
        this.sound.play().catch(() => {});
        track.addEventListener("unmute", () => this.heard(), { once: true });
      });
    });
    session.on("confirmed", () => {
      // Whoever answers sends what was offered first: what this browser would rather send it has to offer.
      if (useDevices.getState().lowBandwidth) session.renegotiate({});
      setCall({ stage: "talking" });
      this.measure(session);
    });
    session.on("ended", ({ message }) => {
      // Whoever gives up first, the other is told why; what else may be said by this cause is no matter of the path.
      const gaveUp = message?.getHeader("Reason")?.includes("cause=47") && this.path?.hasConnected === false;
      this.over(session, gaveUp ? "no_path" : null);
    });
    session.on("failed", ({ cause, originator }) => this.over(session, (originator as string) === "local" || cause === "Canceled" ? null : cause));
  }

  // Another offer with other credentials: the browser looks for a way from wherever it is now.
  private findPath(session: RTCSession): void {
    if (this.session === session && session.isEstablished()) session.renegotiate({ rtcOfferConstraints: { iceRestart: true } });
  }

  // Nobody hangs up here, and the server is told so: the caller goes to somebody who can be heard.
  private noPath(session: RTCSession): void {
    if (this.session !== session) return;
    this.over(session, "no_path");
    session.terminate({ extraHeaders: ['Reason: Q.850;cause=47;text="No way for the audio"'] });
  }

  // The other end knows already that it is over; nobody hangs up.
  private drop(session: RTCSession): void {
    this.over(session, null);
    if (!session.isEnded()) session.terminate({ extraHeaders: ['Reason: Q.850;cause=102;text="Recovery on timer expiry"'] });
  }

  private heard(): void {
    const { call } = usePhone.getState();
    if (call?.audioAfterMs === null && call.stage !== "ringing") setCall({ audioAfterMs: Date.now() - call.since });
  }

  private measure(session: RTCSession): void {
    let before: Counters | null = null;
    clearInterval(this.meter);
    const look = async () => {
      const report = await session.connection?.getStats();
      if (!report || this.session !== session) return;
      const now = countersOf([...(report as unknown as Map<string, Record<string, unknown>>).values()], Date.now());
      if (before) this.judge(session, qualityBetween(before, now));
      before = now;
    };
    void look();
    this.meter = setInterval(() => void look(), QUALITY_MS);
  }

  // A call that sounds weak twice in a row goes on in the codec for that, to its end (TEL-16).
  private judge(session: RTCSession, quality: Quality): void {
    const wasWeak = usePhone.getState().quality?.level === "weak";
    set({ quality });
    if (this.isWeak || !wasWeak || quality.level !== "weak" || !usePhone.getState().hasOpus) return;
    this.isWeak = true;
    if (session.isEstablished()) session.renegotiate({});
  }

  private over(session: RTCSession, cause: string | null): void {
    if (this.session !== session) return;
    this.session = null;
    this.isWeak = false;
    this.path?.close();
    this.path = null;
    clearInterval(this.meter);
    this.ringer.stop();
    closeStream(this.microphone);
    this.microphone = null;
    this.sound.srcObject = null;
    set({ call: null, quality: null, lastFailure: cause });
  }

  private stop(): void {
    this.run += 1;
    this.timers.forEach(clearTimeout);
    this.timers.clear();
    clearTimeout(this.renewal);
    const { ua } = this;
    this.ua = null;
    ua?.stop();
    if (this.session) this.over(this.session, null);
  }

  private later(act: () => void, ms: number): ReturnType<typeof setTimeout> {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      act();
    }, ms);
    this.timers.add(timer);
    return timer;
  }
}

let title: (party: string) => string = (party) => party;

/** Says in the reader's language what a desktop notification is called. */
export function nameNotification(make: (party: string) => string): void {
  title = make;
}

function notify(call: PhoneCall | null): void {
  if (!call || !document.hidden || !("Notification" in window) || Notification.permission !== "granted") return;
  const notification = new Notification(title(call.party), { tag: "belltower.offer", requireInteraction: true, icon: "/bell.svg" });
  notification.onclick = () => {
    window.focus();
    notification.close();
  };
  const stop = usePhone.subscribe(({ call: now }) => {
    if (now?.stage === "ringing") return;
    notification.close();
    stop();
  });
}

/** The one phone of this page. */
export const softphone = new Softphone();
