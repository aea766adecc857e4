import { Card } from "antd";
import { useTranslation } from "react-i18next";
import { pendingOf } from "~/agent/stance";
import type { Desk } from "~/api/types";
import { number } from "~/pages/figures";
import { StateTag } from "~/ui";
import { Countdown } from "~/work/Countdown";
import styles from "./desk.module.css";

/** A call that is over and whose work is not: with whom it was, how long there is for it, what comes after. */
export function FinishedPanel({ desk, party }: { desk: Desk; party: string | null }) {
  const { t } = useTranslation("desk");
  const pending = pendingOf(desk);
  return (
    <Card size="small">
      <div className={styles.party}>
        <span className="figures">{party ? number(party) : t("unknownNumber")}</span>
        <StateTag tone="after">{t("state.wrap_up")}</StateTag>
        {pending && <span className={`soft ${styles.small}`}>{t("state.then", { state: t(`state.${pending}`) })}</span>}
        {desk.wrap_up_until && (
          <span className={styles.clock}>
            <Countdown until={desk.wrap_up_until} />
          </span>
        )}
      </div>
    </Card>
  );
}
