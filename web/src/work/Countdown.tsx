import { useTranslation } from "react-i18next";
import { formatClock, useNow } from "~/ui";
import styles from "./work.module.css";

/** The last seconds, in which it is said aloud. */
const LAST_MS = 10_000;

/** How long there is left for what is being written. */
export function Countdown({ until }: { until: string }) {
  const { t } = useTranslation("work");
  const leftMs = Date.parse(until) - useNow();
  const last = leftMs <= LAST_MS;
  return (
    <span className={`${styles.countdown} figures`} data-last={last}>
      {leftMs > 0 ? t("summary.left", { time: formatClock(leftMs) }) : t("summary.over")}
      {last && leftMs > 0 && (
        <span className="unseen" role="alert">
          {t("summary.hurry")}
        </span>
      )}
    </span>
  );
}
