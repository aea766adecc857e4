import { api } from "~/api/client";
import { closeStream, openMicrophone, playOn, useDevices } from "./devices";
import { tryMicrophone, tryNetwork, VoiceFailure } from "./start";

export const checks = ["microphone", "level", "network", "server", "echo"] as const;
export type Check = (typeof checks)[number];

/** How a check went; `figure` is what was measured: decibels, milliseconds. */
export interface CheckResult {
  ok: boolean;
  figure?: number;
  cause?: string;
}

const LISTEN_MS = 2_000;
/** Below this the microphone is taken for silent: a quiet room is at about -60. */
const LEVEL_DB_MIN = -50;
const SERVER_MS_MAX = 300;
const ECHO_MS = 5_000;

/** The loudness of samples between -1 and 1, in decibels below full scale. */
export function decibels(samples: Float32Array): number {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(1, samples.length);
  return power > 0 ? Math.round(10 * Math.log10(power)) : -100;
}

/** The middle of some times. */
export function median(times: number[]): number {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Infinity;
}

const caught = (thrown: unknown): CheckResult => ({ ok: false, cause: thrown instanceof VoiceFailure ? thrown.reason : "server" });
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function loudest(): Promise<number> {
  const stream = await openMicrophone();
  const context = new AudioContext();
  try {
    const analyser = context.createAnalyser();
    context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    let loudness = -100;
    for (const until = Date.now() + LISTEN_MS; Date.now() < until; await wait(50)) {
      analyser.getFloatTimeDomainData(samples);
      loudness = Math.max(loudness, decibels(samples));
    }
    return loudness;
  } finally {
    closeStream(stream);
    void context.close();
  }
}

async function roundTrip(): Promise<number> {
  const times: number[] = [];
  for (let turn = 0; turn < 5; turn++) {
    const began = performance.now();
    await api.get("/me");
    times.push(performance.now() - began);
  }
  return Math.round(median(times));
}

// Records and plays back; only the one who listens can say how it was, so it fails only if nothing was recorded.
async function echo(): Promise<boolean> {
  const stream = await openMicrophone();
  const recorder = new MediaRecorder(stream);
  const parts: Blob[] = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  const stopped = new Promise((resolve) => (recorder.onstop = resolve));
  recorder.start();
  await wait(ECHO_MS);
  recorder.stop();
  await stopped;
  closeStream(stream);
  const recording = new Blob(parts);
  const sound = new Audio(URL.createObjectURL(recording));
  await playOn(sound, useDevices.getState().speaker);
  await sound.play();
  await Promise.race([new Promise((resolve) => (sound.onended = resolve)), wait(ECHO_MS + 2_000)]);
  URL.revokeObjectURL(sound.src);
  return recording.size > 0;
}

/** Carries one check out (AGT-10). */
export async function runCheck(check: Check): Promise<CheckResult> {
  try {
    switch (check) {
      case "microphone":
        await tryMicrophone();
        return { ok: true };
      case "level": {
        const figure = await loudest();
        return { ok: figure >= LEVEL_DB_MIN, figure };
      }
      case "network":
        await tryNetwork();
        return { ok: true };
      case "server": {
        const figure = await roundTrip();
        return { ok: figure <= SERVER_MS_MAX, figure };
      }
      case "echo":
        return { ok: await echo() };
    }
  } catch (thrown) {
    return caught(thrown);
  }
}
