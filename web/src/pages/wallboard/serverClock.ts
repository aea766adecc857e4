import { useEvents } from "~/api/events";
import { useNow } from "~/ui";

/** Clocks that part by less than this are told apart by the network's delay only. */
const SKEW_MS_MIN = 2_000;

let lastAt = "";
let skew = 0;

/** The server's time: ages come from its clock, and the machine's under the wallboard may be wrong by minutes. */
export function useServerNow(): number {
  const at = useEvents((state) => state.live?.at ?? "");
  const now = useNow();
  if (at !== lastAt && at !== "") {
    lastAt = at;
    const apart = Date.parse(at) - Date.now();
    skew = Math.abs(apart) < SKEW_MS_MIN ? 0 : apart;
  }
  return now + skew;
}
