import { address } from "~/api/client";
import { clippedOf, decibels, judgeMicrophone, judgeNetwork, tripFigures, type Check, type CheckResult, type NetworkFigures, type NetworkPolicy } from "./check";
import { closeStream, openMicrophone, playOn, useDevices } from "./devices";
import { tryMicrophone, tryNetwork, VoiceFailure } from "./start";

/** What a check asks of whoever sits there while it runs. */
export type Ask = "quiet" | "speak" | "speak_echo" | "listen" | "heard";

export interface CheckContext {
  policy: NetworkPolicy;
  /** Whether the server takes probes of the way up. */
  mayProbe: boolean;
  /** Tells the reader what to do; `heard` waits for his answer. */
  ask: (what: Ask) => Promise<boolean>;
  /** How loud it is now, in decibels, while it is measured. */
  level: (db: number) => void;
}

const QUIET_MS = 1_200;
const SPEECH_MS = 2_500;
const LOOK_MS = 50;
const ECHO_MS = 5_000;
const TONE_MS = 600;

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Carries one check out. */
export async function runCheck(check: Check, context: CheckContext): Promise<CheckResult> {
  const failed = (cause: string): CheckResult => ({ check, level: "failed", figures: {}, cause });
  try {
    switch (check) {
      case "permission":
        await tryMicrophone();
        return { check, level: "ok", figures: {} };
      case "microphone":
        return await listen(context);
      case "speaker":
        return (await tone()) ? { check, level: "ok", figures: {} } : failed("no_sound");
      case "route":
        await tryNetwork();
        return { check, level: "ok", figures: {} };
      case "network":
        return judgeNetwork(await measureNetwork(context.mayProbe), context.policy);
      case "echo":
        return await echo(context);
    }
  } catch (thrown) {
    return failed(thrown instanceof VoiceFailure ? thrown.reason : "server");
  }
}

async function listen({ ask, level }: CheckContext): Promise<CheckResult> {
  const stream = await openMicrophone();
  const context = new AudioContext();
  try {
    const analyser = context.createAnalyser();
    context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    const look = async (ms: number) => {
      const heard: number[] = [];
      let clipped = 0;
      let count = 0;
      for (const until = Date.now() + ms; Date.now() < until; await wait(LOOK_MS)) {
        analyser.getFloatTimeDomainData(samples);
        const db = decibels(samples);
        level(db);
        heard.push(db);
        clipped += clippedOf(samples);
        count += samples.length;
      }
      return { heard: heard.sort((a, b) => a - b), clipped: Math.round((clipped * 1_000) / Math.max(1, count)) };
    };
    await ask("quiet");
    const quiet = await look(QUIET_MS);
    await ask("speak");
    const speech = await look(SPEECH_MS);
    // The quiet tenth is the room's noise, the loudest look is speech.
    const noise_db = quiet.heard[Math.floor(quiet.heard.length / 10)] ?? -100;
    return judgeMicrophone({ noise_db, speech_db: speech.heard.at(-1) ?? -100, clipped_permille: speech.clipped });
  } finally {
    closeStream(stream);
    void context.close();
  }
}

async function tone(): Promise<boolean> {
  const context = new AudioContext();
  const sound = new Audio();
  try {
    const out = context.createMediaStreamDestination();
    const oscillator = context.createOscillator();
    const gain = context.createGain();
    oscillator.frequency.value = 660;
    gain.gain.value = 0.2;
    oscillator.connect(gain).connect(out);
    sound.srcObject = out.stream;
    await playOn(sound, useDevices.getState().speaker);
    await Promise.all([context.resume(), sound.play()]);
    oscillator.start();
    await wait(TONE_MS);
    return !sound.paused;
  } finally {
    sound.pause();
    void context.close();
  }
}

const TRIPS = 20;
const TRIP_MS_MAX = 1_000;
const PROBE_BYTES = 256 * 1024;
const RATE_MS_MAX = 8_000;
/** How many of the console's own files are fetched again to measure the way down. */
const FILES_MAX = 4;

/** The way to the server and back. Small questions give time, jitter and loss; large ones the rates. */
export async function measureNetwork(mayProbe: boolean): Promise<NetworkFigures> {
  const trips: (number | null)[] = [];
  for (let turn = 0; turn < TRIPS; turn++) trips.push(await trip());
  const times = tripFigures(trips);
  if (times.rtt_ms === undefined) return {};
  const down_kbps = await downRate();
  const up_kbps = mayProbe ? await upRate() : undefined;
  return { ...times, ...(down_kbps !== undefined && { down_kbps }), ...(up_kbps !== undefined && { up_kbps }) };
}

async function trip(): Promise<number | null> {
  const began = performance.now();
  const answer = await fetch("/bell.svg", { cache: "no-store", signal: AbortSignal.timeout(TRIP_MS_MAX) }).then((response) => response.ok, () => false);
  return answer ? performance.now() - began : null;
}

async function downRate(): Promise<number | undefined> {
  const files = (performance.getEntriesByType("resource") as PerformanceResourceTiming[])
    .filter(({ name, initiatorType }) => name.startsWith(location.origin) && initiatorType !== "xmlhttprequest" && /\.(js|css)(\?|$)/.test(name))
    .sort((a, b) => b.decodedBodySize - a.decodedBodySize)
    .slice(0, FILES_MAX)
    .map(({ name }) => name);
  if (files.length === 0) return undefined;
  performance.clearResourceTimings();
  const began = performance.now();
  const signal = AbortSignal.timeout(RATE_MS_MAX);
  const bodies = await Promise.all(files.map((file) => fetch(file, { cache: "no-store", signal }).then((response) => response.arrayBuffer()))).catch(() => null);
  if (!bodies) return undefined;
  const ms = performance.now() - began;
  const sent = (performance.getEntriesByType("resource") as PerformanceResourceTiming[]).filter(({ name }) => files.includes(name)).reduce((sum, entry) => sum + entry.encodedBodySize, 0);
  const bytes = sent || bodies.reduce((sum, body) => sum + body.byteLength, 0);
  return Math.round((bytes * 8) / Math.max(1, ms));
}

async function upRate(): Promise<number | undefined> {
  const began = performance.now();
  const done = await fetch(address("/me/device-report/probe"), { method: "POST", body: new Blob([new Uint8Array(PROBE_BYTES)]), headers: { "Content-Type": "application/octet-stream" }, signal: AbortSignal.timeout(RATE_MS_MAX) }).then((response) => response.ok, () => false);
  return done ? Math.round((PROBE_BYTES * 8) / Math.max(1, performance.now() - began)) : undefined;
}

// Records and plays back; how it was only the one who listens can say.
async function echo({ ask }: CheckContext): Promise<CheckResult> {
  const stream = await openMicrophone();
  const recorder = new MediaRecorder(stream);
  const parts: Blob[] = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  const stopped = new Promise((resolve) => (recorder.onstop = resolve));
  await ask("speak_echo");
  recorder.start();
  await wait(ECHO_MS);
  recorder.stop();
  await stopped;
  closeStream(stream);
  const recording = new Blob(parts);
  const figures = { recorded_ms: ECHO_MS, bytes: recording.size };
  if (recording.size === 0) return { check: "echo", level: "failed", figures, cause: "nothing_recorded" };
  await ask("listen");
  const sound = new Audio(URL.createObjectURL(recording));
  await playOn(sound, useDevices.getState().speaker);
  await sound.play();
  await Promise.race([new Promise((resolve) => (sound.onended = resolve)), wait(ECHO_MS + 2_000)]);
  URL.revokeObjectURL(sound.src);
  return (await ask("heard")) ? { check: "echo", level: "ok", figures } : { check: "echo", level: "failed", figures, cause: "not_heard" };
}
