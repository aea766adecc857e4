import { useState } from "react";
import { EditOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Card, Drawer } from "antd";
import { useTranslation } from "react-i18next";
import type { CallRow } from "~/api/types";
import type { Dispositions, Summary } from "~/api/work";
import { number } from "~/pages/figures";
import { Failure, Loading, StateTag, useSaid } from "~/ui";
import { dispositionsQuery, summaryQuery } from "./queries";
import { useServed } from "./served";
import { nodesOf } from "./summary";
import { SummaryForm } from "./SummaryForm";
import { useSummary } from "./useSummary";
import styles from "./work.module.css";

/** The summary of a call that is over, to be written or put right. */
export function SummaryDrawer({ row, onClose }: { row: Pick<CallRow, "call" | "queue" | "direction" | "caller" | "called">; onClose: () => void }) {
  const { t } = useTranslation("work");
  const party = row.direction === "outbound" ? row.called : row.caller;
  return (
    <Drawer open title={`${t("summary.title")} · ${number(party)}`} size={Math.min(520, window.innerWidth)} onClose={onClose}>
      <Edit call={row.call} queue={row.queue} />
    </Drawer>
  );
}

function Edit({ call, queue }: { call: string; queue: string | null | undefined }) {
  const { work, error, retry } = useSummary(call, queue);
  if (work) return <SummaryForm call={call} work={work} />;
  return error ? <Failure error={error} retry={retry} compact /> : <Loading compact />;
}

/** What a call was about, on its own page. Nothing where none was asked for. */
export function SummaryCard({ call, queue }: { call: string; queue: string | null | undefined }) {
  const { t } = useTranslation("work");
  const served = useServed();
  const summary = useQuery(summaryQuery(call));
  const dispositions = useQuery(dispositionsQuery(queue));
  const [editing, setEditing] = useState(false);
  const mayWrite = served("/v1/calls/{call}/summary", "summary.write");
  if (!summary.data) return null;
  return (
    <Card
      size="small"
      style={{ marginBottom: 16 }}
      title={t("summary.title")}
      extra={
        mayWrite && (
          <Button type="text" size="small" icon={<EditOutlined />} onClick={() => setEditing(!editing)}>
            {t(editing ? "summary.read" : "summary.edit")}
          </Button>
        )
      }
    >
      {editing ? <Edit call={call} queue={queue} /> : <Shown summary={summary.data} dispositions={dispositions.data ?? null} />}
    </Card>
  );
}

function Shown({ summary, dispositions }: { summary: Summary; dispositions: Dispositions | null }) {
  const { t } = useTranslation("work");
  const said = useSaid();
  if (summary.state !== "filled" && summary.disposition.length === 0) return <StateTag tone="after">{t(summary.state === "open" ? "summary.open" : "summary.notFilled")}</StateTag>;
  const nodes = nodesOf(dispositions?.tree ?? [], summary.disposition);
  const words = nodes.length === summary.disposition.length ? nodes.map(said) : summary.disposition;
  const fields = Object.entries(summary.fields).filter(([, value]) => value !== null && value !== "");
  const labelOf = (name: string) => said(dispositions?.fields.find((field) => field.name === name) ?? { zh: name, en: name });
  const valueOf = (name: string, value: unknown) => {
    const choice = dispositions?.fields.find((field) => field.name === name)?.choices?.find(({ code }) => code === value);
    return choice ? said(choice) : value === true ? t("summary.yes") : value === false ? t("summary.no") : String(value);
  };
  return (
    <>
      <dl className={styles.known}>
        <div>
          <dt>{t("summary.disposition")}</dt>
          <dd>{words.join(" / ")}</dd>
        </div>
        {summary.resolved !== null && (
          <div>
            <dt>{t("summary.resolved")}</dt>
            <dd>{t(summary.resolved ? "summary.yes" : "summary.no")}</dd>
          </div>
        )}
        {fields.map(([name, value]) => (
          <div key={name}>
            <dt>{labelOf(name)}</dt>
            <dd>{valueOf(name, value)}</dd>
          </div>
        ))}
        {summary.ticket && (
          <div>
            <dt>{t("tab.ticket")}</dt>
            <dd>{summary.ticket}</dd>
          </div>
        )}
      </dl>
      {summary.note && <p className={styles.note}>{summary.note}</p>}
    </>
  );
}
