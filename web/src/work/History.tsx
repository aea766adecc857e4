import { Link } from "@tanstack/react-router";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { PastContact } from "~/api/work";
import { Outcome } from "~/pages/calls/columns";
import { Empty, Moment } from "~/ui";
import { customerQuery } from "./queries";
import styles from "./work.module.css";

/** What there was with this number before, the newest first. */
export function History({ number }: { number: string }) {
  const { t } = useTranslation("work");
  const { data } = useQuery(customerQuery(number));
  if (!data) return null;
  if (data.history.length === 0) return <Empty title={t("history.none")} hint={t("history.noneHint")} />;
  return (
    <ol className={styles.history}>
      {data.history.map((contact) => (
        <li key={contact.call}>
          <div>
            <Link to="/calls/$call" params={{ call: contact.call }}>
              <Moment at={contact.at} />
            </Link>
            <Outcome of={contact.outcome} />
            <span className="soft">
              {t(`direction.${contact.direction as "inbound"}`, { defaultValue: contact.direction })}
              {[contact.queue, contact.agent].filter(Boolean).map((part) => ` · ${part}`)}
            </span>
          </div>
          {dispositionOf(contact) && <div>{dispositionOf(contact)}</div>}
          {contact.note && <div className={styles.note}>{contact.note}</div>}
        </li>
      ))}
    </ol>
  );
}

function dispositionOf({ disposition }: PastContact): string | null {
  return Array.isArray(disposition) ? disposition.join(" / ") : (disposition ?? null);
}
