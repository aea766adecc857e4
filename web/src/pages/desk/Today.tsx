import { Card } from "antd";
import { useTranslation } from "react-i18next";
import type { Desk } from "~/api/types";
import { useNames } from "~/pages/calls/names";
import { Duration, Since } from "~/ui";
import styles from "./desk.module.css";

export function TodayCard({ desk: { today } }: { desk: Desk }) {
  const { t } = useTranslation("desk");
  return (
    <Card title={t("today.title")} size="small">
      <dl className={`${styles.figures} figures`}>
        <dt>{t("today.answered")}</dt>
        <dd>{today.answered}</dd>
        <dt>{t("today.missed")}</dt>
        <dd>{today.missed}</dd>
        <dt>{t("today.talk")}</dt>
        <dd>
          <Duration ms={today.talk_ms} />
        </dd>
        <dt>{t("today.wrap_up")}</dt>
        <dd>
          <Duration ms={today.wrap_up_ms} />
        </dd>
        <dt>{t("today.break")}</dt>
        <dd>
          <Duration ms={today.break_ms ?? 0} />
        </dd>
      </dl>
    </Card>
  );
}

export function QueuesCard({ desk: { queues } }: { desk: Desk }) {
  const { t } = useTranslation("desk");
  const { queueOf } = useNames();
  return (
    <Card title={t("queues.title")} size="small">
      {queues.length === 0 && <p className="soft">{t("queues.empty")}</p>}
      <ul className={styles.list}>
        {queues.map(({ queue, waiting, waiting_since }) => (
          <li key={queue}>
            <span>{queueOf(queue)}</span>
            <span className={waiting > 0 ? undefined : "soft"}>
              {waiting > 0 ? t("queues.waiting", { count: waiting }) : t("queues.none")} {waiting_since && <Since at={waiting_since} />}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
