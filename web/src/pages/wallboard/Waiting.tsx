import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { CallView } from "~/api/types";
import { Empty, formatClock, StateTag } from "~/ui";
import { useNames } from "../calls/names";
import { number } from "../figures";
import { waitTone } from "./model";
import { useServerNow } from "./serverClock";
import styles from "./wallboard.module.css";

/** How many are drawn; the longest are what matters. */
const SHOWN_MAX = 30;

/** Who waits, the longest first, as bars against the target. */
export function Waiting({ calls, within }: { calls: CallView[]; within: number }) {
  const { t } = useTranslation("wallboard");
  const now = useServerNow();
  const { queueOf } = useNames();
  if (calls.length === 0) return <Empty title={t("waiting.empty")} />;
  const ages = calls.map(({ since }) => Math.max(now - Date.parse(since), 0));
  // The longest fills the line, but a wait within the target never does.
  const full = Math.max(within * 1.25, ...ages);
  return (
    <ol className={styles.waiting}>
      {calls.slice(0, SHOWN_MAX).map((call, place) => (
        <li key={call.call}>
          <Link to="/calls/$call" params={{ call: call.call }} className={styles.waiter}>
            <span className={styles.age} data-tone={waitTone(ages[place] ?? 0, within)} style={{ inlineSize: `${((ages[place] ?? 0) / full) * 100}%` }} />
            <span className="figures">{number(call.caller)}</span>
            {call.vip && <StateTag tone="after">{t("waiting.vip")}</StateTag>}
            <span className="soft">{[call.region, call.queue && queueOf(call.queue)].filter(Boolean).join(" · ")}</span>
            <strong className="figures">{formatClock(ages[place] ?? 0)}</strong>
          </Link>
        </li>
      ))}
    </ol>
  );
}
