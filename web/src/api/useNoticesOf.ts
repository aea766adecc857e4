import { useEffect, useRef } from "react";
import { onNotice, useEvents } from "./events";

/** Hears notices of a kind. Also once the link is live again: what was told while it was not, nobody has heard. */
export function useNoticesOf(kind: string, hear: () => void): void {
  const latest = useRef(hear);
  useEffect(() => void (latest.current = hear));
  useEffect(() => {
    const deaf = onNotice((notice) => {
      if ((notice["notice"] ?? notice.code) === kind) latest.current();
    });
    const blind = useEvents.subscribe(({ link }, before) => {
      if (link === "live" && before.link !== "live") latest.current();
    });
    return () => {
      deaf();
      blind();
    };
  }, [kind]);
}
