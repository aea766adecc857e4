import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { ApprovalView } from "~/api/approvals";
import { Moment } from "~/ui";
import styles from "./approvals.module.css";

/** What is to be done, to what: of recordings how many, of when, and each of them by its call. */
export function Subject({ of: { act, subject, export: asked } }: { of: ApprovalView }) {
  const { t } = useTranslation("approvals");
  const count = asked?.recordings.length ?? 0;
  return (
    <>
      <strong>{t(`acts.${act as "export_recordings"}`, { defaultValue: act })}</strong>{" "}
      {asked ? (
        <>
          <div>
            {t("recordings", { count })} <Moment at={asked.from} full />
            {count > 1 && (
              <>
                {" "}
                {t("to")} <Moment at={asked.to} full />
              </>
            )}
          </div>
          <details>
            <summary>{t("which")}</summary>
            {asked.recordings.map((call) => (
              <div key={call}>
                <Link to="/calls/$call" params={{ call }} className={styles.call}>
                  <code>{call}</code>
                </Link>
              </div>
            ))}
          </details>
        </>
      ) : (
        subject
      )}
    </>
  );
}
