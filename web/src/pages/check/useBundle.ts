import { useDesk } from "~/agent/desk";
import { useMe } from "~/api/me";
import { useClock } from "~/api/clock";
import { useEvents } from "~/api/events";
import { usePhone } from "~/softphone/store";
import { bundleOf, keepFile, type BundleParts } from "./bundle";
import { useLastDiagnosis } from "./diagnosis";
import { useLastReport } from "./useChecks";

/** Makes a support bundle of what is known now, and gives it as a file. */
export function useBundle(): (more: Pick<BundleParts, "trouble" | "words" | "picture">) => void {
  const me = useMe();
  const desk = useDesk();
  return (more) => {
    const { voice, quality, lastFailure, call } = usePhone.getState();
    const { link, lostSince, seq } = useEvents.getState();
    const state = { agent: navigator.userAgent, page: location.pathname, screen: `${innerWidth}x${innerHeight}`, voice, quality, lastFailure, in_call: call !== null, link, lost_since: lostSince, seq, clock_ahead_ms: useClock.getState().aheadMs, presence: desk?.presence, activity: desk?.activity, phones: desk?.phones };
    const text = bundleOf({ user: me.name, version: me.version, diagnosis: useLastDiagnosis.getState().lines, report: useLastReport.getState().report, state, ...more });
    keepFile(`belltower-support-${me.name}-${new Date().toISOString().slice(0, 16).replace(/[:T]/g, "")}.json`, text);
  };
}
