import { DisconnectOutlined } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import { useEvents } from "~/api/events";
import { formatDuration, useNow } from "~/ui";
import styles from "./shell.module.css";

/** A link that is lost for less than this is not worth a word. */
const QUIET_MS = 2_000;

/** Says that what is shown may be old, while it may be. */
export function LinkBanner() {
  const lostSince = useEvents((events) => events.lostSince);
  return lostSince === null ? null : <Lost since={lostSince} />;
}

function Lost({ since }: { since: number }) {
  const { t } = useTranslation("app");
  const lostMs = useNow() - since;
  if (lostMs < QUIET_MS) return null;
  const time = formatDuration(lostMs, (unit, count) => t(`duration.${unit}`, { count }));
  return (
    <div className={styles.banner} role="status">
      <DisconnectOutlined />
      <span>
        {t("link.lost")} · {t("link.lostFor", { time })}
      </span>
    </div>
  );
}
