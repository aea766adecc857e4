import { useRef, useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { create } from "zustand";
import { api } from "~/api/client";
import { useMe } from "~/api/me";
import { checks, networkPolicy, reportOf, type Check, type CheckResult, type DeviceReport, type NetworkPolicy } from "~/softphone/check";
import { runCheck, type Ask } from "~/softphone/runCheck";
import { useSending } from "~/ui";
import { browserName } from "~/ui/browser-name";
import { useServed } from "~/work/served";

/** The last report of this page, for a support bundle. */
export const useLastReport = create<{ report: DeviceReport | null }>(() => ({ report: null }));

/** Runs the checks one after another; what has to be said or answered meanwhile is in `ask`. */
export function useChecks() {
  const me = useMe();
  const served = useServed();
  const [running, setRunning] = useState<Check | null>(null);
  const [results, setResults] = useState<CheckResult[]>([]);
  const [ask, setAsk] = useState<Ask | null>(null);
  const [levelDb, setLevelDb] = useState(-100);
  const [sent, setSent] = useState<string | null>(null);
  const answered = useRef<(heard: boolean) => void>(() => {});
  const policy = useNetworkPolicy();

  const onAsk = (what: Ask): Promise<boolean> => {
    setAsk(what);
    return what === "heard" ? new Promise((resolve) => (answered.current = resolve)) : Promise.resolve(true);
  };
  const answer = (heard: boolean) => {
    setAsk(null);
    answered.current(heard);
  };
  const { send, busy, problem } = useSending(async () => {
    const began = Date.now();
    setResults([]);
    setSent(null);
    const found: CheckResult[] = [];
    for (const check of checks) {
      setRunning(check);
      // Without a microphone there is nothing to hear.
      const blind = (check === "microphone" || check === "echo") && found.some((result) => result.check === "permission" && result.level === "failed");
      const result: CheckResult = blind ? { check, level: "skipped", figures: {} } : await runCheck(check, { policy, mayProbe: served("/v1/me/device-report/probe"), ask: onAsk, level: setLevelDb });
      found.push(result);
      setResults([...found]);
      setAsk(null);
    }
    setRunning(null);
    const report = reportOf(found, { agent: me.agent?.name ?? null, at: new Date().toISOString(), browser: browserName(navigator.userAgent), took_ms: Date.now() - began });
    useLastReport.setState({ report });
    if (served("/v1/me/device-report")) setSent((await api.post<{ report: string }>("/me/device-report", report)).report);
  });
  const report = useLastReport((last) => last.report);
  return { start: send, busy, problem, running, results, ask, answer, levelDb, sent, policy, report: busy ? null : report };
}

/** What this centre asks of a desk's network; what everybody asks where it says nothing. */
function useNetworkPolicy(): NetworkPolicy {
  const served = useServed();
  const asked = useQuery({ queryKey: ["device-policy"], queryFn: ({ signal }) => api.get<Partial<NetworkPolicy>>("/me/device-policy", undefined, signal), enabled: served("/v1/me/device-policy"), staleTime: 300_000, retry: false });
  return { ...networkPolicy, ...asked.data };
}
