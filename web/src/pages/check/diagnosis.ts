import { create } from "zustand";
import { api } from "~/api/client";
import { SKEW_MS_MAX, useClock } from "~/api/clock";
import { useEvents } from "~/api/events";
import { Problem } from "~/api/problem";
import { judgeNetwork, networkPolicy, type Verdict } from "~/softphone/check";
import { measureNetwork } from "~/softphone/runCheck";
import { tryMicrophone, tryNetwork, VoiceFailure } from "~/softphone/start";
import { usePhone } from "~/softphone/store";

/** Which part of the whole a check is about, in the order they are shown. */
export const places = ["machine", "network", "server"] as const;
export type Place = (typeof places)[number];

export interface DiagnosisLine {
  place: Place;
  check: string;
  level: Verdict;
  /** What was found; of the server in its words, of this machine by its code. */
  found?: string;
  remedy?: string;
  cause?: string;
}

interface ServerSaid {
  checks: { check: string; level: Verdict; found: string; remedy?: string | null; code: string }[];
}

/** What the last run found, for the triage and its bundle. */
export const useLastDiagnosis = create<{ lines: DiagnosisLine[]; tookMs: number | null }>(() => ({ lines: [], tookMs: null }));

/** All of it, at most (DIA-03). */
export const DIAGNOSIS_MS_MAX = 30_000;

/** A check that may not take longer than the whole, whatever it waits for. */
export async function within(line: Pick<DiagnosisLine, "place" | "check">, ms: number, run: () => Promise<Omit<DiagnosisLine, "place" | "check">>): Promise<DiagnosisLine> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<Omit<DiagnosisLine, "place" | "check">>((resolve) => (timer = setTimeout(() => resolve({ level: "failed", cause: "timed_out" }), ms)));
  try {
    return { ...line, ...(await Promise.race([run(), late])) };
  } catch (thrown) {
    return { ...line, level: "failed", cause: thrown instanceof VoiceFailure ? thrown.reason : "server" };
  } finally {
    clearTimeout(timer);
  }
}

const ok = { level: "ok" } as const;
const EACH_MS_MAX = 15_000;

/** Looks at everything between the headset and the carrier; `tell` hears each line as it comes. */
export async function diagnose(asksServer: boolean, tell: (line: DiagnosisLine) => void): Promise<DiagnosisLine[]> {
  const lines: DiagnosisLine[] = [];
  const add = async (coming: Promise<DiagnosisLine>) => {
    const line = await coming;
    lines.push(line);
    tell(line);
  };
  const local = async () => {
    await add(within({ place: "machine", check: "browser" }, EACH_MS_MAX, () => Promise.resolve(window.isSecureContext ? ("RTCPeerConnection" in window ? ok : { level: "failed", cause: "unsupported" }) : { level: "failed", cause: "insecure" })));
    await add(within({ place: "machine", check: "microphone" }, EACH_MS_MAX, () => tryMicrophone().then(() => ok)));
    await add(within({ place: "network", check: "online" }, EACH_MS_MAX, () => Promise.resolve(navigator.onLine ? ok : { level: "failed", cause: "offline" })));
    await add(within({ place: "network", check: "network" }, EACH_MS_MAX, async () => {
      const { level, cause, figures } = judgeNetwork(await measureNetwork(false), networkPolicy);
      return { level, cause, found: Object.entries(figures).map(([figure, value]) => `${figure} ${value}`).join(" · ") };
    }));
    await add(within({ place: "network", check: "route" }, EACH_MS_MAX, () => tryNetwork().then(() => ok)));
    await add(within({ place: "network", check: "events" }, EACH_MS_MAX, () => Promise.resolve(useEvents.getState().link === "live" ? ok : { level: "warning", cause: "no_events" })));
    await add(within({ place: "network", check: "phone" }, EACH_MS_MAX, () => Promise.resolve(phoneLine())));
    await add(within({ place: "machine", check: "clock" }, EACH_MS_MAX, () => Promise.resolve(Math.abs(useClock.getState().aheadMs) <= SKEW_MS_MAX ? ok : { level: "warning", cause: "skewed" })));
  };
  await Promise.all([local(), asksServer ? server(lines, tell) : Promise.resolve()]);
  return lines;
}

function phoneLine(): Omit<DiagnosisLine, "place" | "check"> {
  const { voice } = usePhone.getState();
  switch (voice.at) {
    case "ready":
      return ok;
    case "none":
    case "off":
      return { level: "skipped" };
    case "elsewhere":
      return { level: "warning", cause: "elsewhere" };
    case "starting":
    case "lost":
      return { level: "warning", cause: "lost" };
    case "failed":
      return { level: "failed", cause: voice.cause };
  }
}

async function server(lines: DiagnosisLine[], tell: (line: DiagnosisLine) => void): Promise<void> {
  const add = (line: DiagnosisLine) => {
    lines.push(line);
    tell(line);
  };
  try {
    const said = await api.post<ServerSaid>("/me/diagnosis", {}, { timeoutMs: DIAGNOSIS_MS_MAX - 2_000 });
    for (const { check, level, found, remedy } of said.checks) add({ place: "server", check, level, found, remedy: remedy ?? undefined });
  } catch (thrown) {
    add({ place: "server", check: "server", level: "failed", cause: thrown instanceof Problem && thrown.code === "timed_out" ? "timed_out" : "server" });
  }
}
