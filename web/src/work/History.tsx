import { Link } from "@tanstack/react-router";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { PastContact, Said } from "~/api/work";
import { Outcome } from "~/pages/calls/columns";
import { Empty, Moment, useSaid } from "~/ui";
import { customerQuery } from "./queries";
import styles from "./work.module.css";

/** What there was with this number before, the newest first. */
export function History({ number }: { number: string }) {
  const { t } = useTranslation("work");
  const said = useSaid();
  const { data } = useQuery(customerQuery(number));
  if (!data) return null;
  if (data.history.length === 0) return <Empty title={t("history.none")} hint={t("history.noneHint")} />;
  return (
    <ol className={styles.history}>
      {data.history.map((contact) => (
        <li key={contact.call}>
          <div>
            {contact.may_open === false ? (
              <Moment at={contact.at} />
            ) : (
              <Link to="/calls/$call" params={{ call: contact.call }}>
                <Moment at={contact.at} />
              </Link>
            )}
            <Outcome of={contact.outcome} />
            <span className="soft">
              {t(`direction.${contact.direction as "inbound"}`, { defaultValue: contact.direction })}
              {[contact.queue, contact.agent].filter(Boolean).map((part) => ` · ${part}`)}
            </span>
          </div>
          {dispositionOf(contact, said) && <div>{dispositionOf(contact, said)}</div>}
          {contact.note && <div className={styles.note}>{contact.note}</div>}
        </li>
      ))}
    </ol>
  );
}

function dispositionOf({ disposition, disposition_zh: zh, disposition_en: en }: PastContact, said: (of: Said) => string): string | null {
  if (zh && en) return said({ zh, en });
  return Array.isArray(disposition) ? disposition.join(" / ") : (disposition ?? null);
}
