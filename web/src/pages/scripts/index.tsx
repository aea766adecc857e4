import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Card, Segmented, Select } from "antd";
import { useTranslation } from "react-i18next";
import { useMay } from "~/api/me";
import { useNoticesOf } from "~/api/useNoticesOf";
import { scriptPhases } from "~/api/work";
import { Empty, Loading, PageHead, Query } from "~/ui";
import { useAddress } from "../address";
import { useQueueChoices } from "../queueChoices";
import { ScriptEditor } from "./ScriptEditor";
import { EVERY_QUEUE, versionsQuery } from "./queries";
import styles from "./scripts.module.css";

/** What agents say, for each phase of a queue's calls. */
export default function Page() {
  const { t } = useTranslation("scripts");
  const may = useMay();
  const { choices, of } = useQueueChoices();
  const leadsAll = may({ permission: "script.write", atLeast: "tenant" });
  const queues = [...(leadsAll ? [{ value: EVERY_QUEUE, label: t("everyQueue") }] : []), ...choices];
  return (
    <>
      <PageHead title={t("title")} hint={t("hint")} />
      <Card size="small">{of.isLoading ? <Loading /> : queues.length === 0 ? <Empty title={t("noQueues")} hint={t("noQueuesHint")} /> : <Choice queues={queues} />}</Card>
    </>
  );
}

function Choice({ queues }: { queues: { value: string; label: string }[] }) {
  const { t } = useTranslation(["scripts", "work"]);
  const [asked, change] = useAddress(["queue", "phase"]);
  const queue = queues.find(({ value }) => value === asked.queue)?.value ?? queues[0]?.value ?? EVERY_QUEUE;
  const phase = scriptPhases.find((one) => one === asked.phase) ?? "opening";
  const queries = useQueryClient();
  useNoticesOf("scripts", () => void queries.invalidateQueries({ queryKey: ["script-versions"] }));
  const found = useQuery(versionsQuery(queue, phase));
  return (
    <>
      <div className={styles.choice}>
        <Select className={styles.queue ?? ""} aria-label={t("queue")} value={queue} popupMatchSelectWidth={false} options={queues} onChange={(queue) => change({ queue })} />
        <Segmented className={styles.phases ?? ""} aria-label={t("phase")} value={phase} options={scriptPhases.map((value) => ({ value, label: t(`work:script.${value}`) }))} onChange={(phase) => change({ phase })} />
        <span className="soft">{t(`phaseHint.${phase}`)}</span>
      </div>
      <Query of={found}>{({ items }) => <ScriptEditor key={`${queue} ${phase}`} queue={queue} phase={phase} versions={items} />}</Query>
    </>
  );
}
