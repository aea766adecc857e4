import type { CallStage } from "~/api/types";
import type { ScriptPhase } from "~/api/work";

/** How far a call is, and who calls: what decides which lines fit. */
export interface Moment {
  stage: CallStage;
  /** The caller's class. */
  class: string;
  transferred: boolean;
  /** Whether the result has been chosen, so that only the farewell is left. */
  concluded: boolean;
}

/** Which lines fit a call now (AGT-14). Complaints go before importance, and both before where the caller comes from. */
export function phaseOf({ stage, class: kind, transferred, concluded }: Moment): ScriptPhase {
  if (stage === "wrap_up" || concluded) return "closing";
  if (kind === "complaint") return "complaint";
  if (kind === "vip") return "vip";
  return transferred ? "transferred" : "opening";
}
