import { useCallback, useRef, useState } from "react";

/** One act at a time: `send` does it, `busy` while it runs, `problem` is what it threw. */
export function useSending<Args extends unknown[]>(act: (...args: Args) => Promise<void>) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const running = useRef(false);
  const latest = useRef(act);
  latest.current = act;
  const send = useCallback(async (...args: Args): Promise<void> => {
    if (running.current) return;
    running.current = true;
    setBusy(true);
    setProblem(null);
    try {
      await latest.current(...args);
    } catch (thrown) {
      setProblem(thrown);
    } finally {
      running.current = false;
      setBusy(false);
    }
  }, []);
  return { send, busy, problem, forget: useCallback(() => setProblem(null), []) };
}
