import { formatClock } from "~/ui";
import { useServerNow } from "./serverClock";

/** For how long something has been so, by the server's clock. */
export function Running({ since }: { since: string }) {
  return <span className="figures">{formatClock(useServerNow() - Date.parse(since))}</span>;
}
