import { useTranslation } from "react-i18next";
import type { LegView } from "~/api/types";
import { StateTag } from "~/ui";
import { gradeOf } from "./model/lanes";
import styles from "./legs.module.css";

const TONES = { good: "good", fair: "warn", bad: "bad" } as const;

/** How each side of a call sounds now, by the last five seconds; nothing before that is known. */
export function LegsNow({ legs }: { legs: readonly LegView[] | undefined }) {
  const { t } = useTranslation("floor");
  const heard = (legs ?? []).flatMap(({ mos, ...leg }) => (mos == null ? [] : [{ ...leg, mos }]));
  if (heard.length === 0) return null;
  return (
    <ul className={styles.legs} aria-label={t("legs.title")}>
      {heard.map(({ leg, role = "", mos, weak }) => (
        <li key={leg}>
          <span className="soft">{t(`role.${role as "caller"}`, { defaultValue: role })}</span>
          <StateTag tone={weak ? "bad" : TONES[gradeOf(mos)]}>
            <span title={t("legs.hint")}>{t(weak ? "legs.weak" : "legs.mos", { mos: mos.toFixed(1) })}</span>
          </StateTag>
        </li>
      ))}
    </ul>
  );
}
