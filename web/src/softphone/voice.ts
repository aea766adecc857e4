/** What must work, in this order, before this browser can be a phone. */
export const voiceSteps = ["microphone", "network", "key", "socket", "registration"] as const;
export type VoiceStep = (typeof voiceSteps)[number];

/** Whether this browser is a phone. */
export type Voice =
  | { at: "off" }
  /** The account has no phone in the browser; its calls ring elsewhere. */
  | { at: "none" }
  /** Another tab of this browser is the phone. */
  | { at: "elsewhere" }
  | { at: "starting"; step: VoiceStep }
  | { at: "ready" }
  /** It was ready, and the connection is being made again. */
  | { at: "lost"; since: number }
  | { at: "failed"; step: VoiceStep; cause: VoiceCause };

/** Why a step failed. */
export type VoiceCause =
  | "timed_out"
  | "denied"
  | "no_microphone"
  | "microphone_busy"
  | "unsupported"
  | "insecure"
  | "no_candidates"
  | "refused"
  | "unreachable"
  | "server";

/**
 * How long all steps together may take: ten seconds (TEL-12), of which one is for opening the microphone and drawing.
 * Waiting for somebody to permit the microphone does not count.
 */
export const START_MS_MAX = 9_000;

/** What an error of `getUserMedia` means. */
export function microphoneCause(name: string): VoiceCause {
  switch (name) {
    case "NotAllowedError":
    case "SecurityError":
      return "denied";
    case "NotFoundError":
    case "OverconstrainedError":
      return "no_microphone";
    case "NotReadableError":
    case "AbortError":
      return "microphone_busy";
    default:
      return "unsupported";
  }
}

/** Whether the remedy is in the reader's own hands, so that trying again by itself makes no sense. */
export function needsPerson(cause: VoiceCause): boolean {
  return cause === "denied" || cause === "no_microphone" || cause === "unsupported" || cause === "insecure" || cause === "microphone_busy";
}

/** How a step stands, for the list of steps. */
export function stepMark(voice: Voice, step: VoiceStep): "done" | "running" | "failed" | "open" {
  if (voice.at === "ready") return "done";
  if (voice.at !== "starting" && voice.at !== "failed") return "open";
  const [mine, current] = [voiceSteps.indexOf(step), voiceSteps.indexOf(voice.step)];
  if (mine < current) return "done";
  if (mine > current) return "open";
  return voice.at === "failed" ? "failed" : "running";
}
