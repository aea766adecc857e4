import { Table, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import type { QueueView } from "~/api/types";
import { Empty, formatClock, StateTag } from "~/ui";
import { count, share } from "../figures";
import { levelTone, waitTone } from "./model";
import styles from "./wallboard.module.css";

interface Props {
  queues: QueueView[];
  /** Since when the longest of a queue waits. */
  longest: ReadonlyMap<string, number>;
  within: number;
  target: number;
  onOpen: (what: "waiting" | "answered" | "abandoned", queue: string) => void;
}

/** A row for each queue; each number opens the calls behind it. */
export function Queues({ queues, longest, within, target, onOpen }: Props) {
  const { t } = useTranslation("wallboard");
  const opener = (what: "waiting" | "answered" | "abandoned", queue: QueueView, value: number) => (
    <button type="button" className={styles.figure} onClick={() => onOpen(what, queue.queue)} aria-label={`${queue.title || queue.queue}: ${t(`queues.${what}`)} ${value}`}>
      {count(value)}
    </button>
  );
  return (
    <Table<QueueView>
      rowKey="queue"
      dataSource={queues}
      pagination={false}
      size="middle"
      locale={{ emptyText: <Empty title={t("queues.empty")} /> }}
      scroll={{ x: 640 }}
      columns={[
        { title: t("queues.queue"), render: (_, { queue, title }) => <strong className={styles.name}>{title || queue}</strong> },
        { title: t("queues.waiting"), align: "end", width: 74, render: (_, queue) => opener("waiting", queue, queue.waiting) },
        {
          title: t("queues.longest"),
          align: "end",
          width: 100,
          render: (_, { queue, waiting, longest_wait_ms }) => {
            const ms = longest.get(queue) ?? longest_wait_ms;
            return waiting === 0 ? <span className="soft">—</span> : <span className={`figures ${styles.wait}`} data-tone={waitTone(ms, within)}>{formatClock(ms)}</span>;
          },
        },
        {
          title: t("queues.estimated"),
          align: "end",
          width: 100,
          hidden: queues.every((queue) => queue.estimated_wait_ms == null),
          render: (_, { estimated_wait_ms: ms }) => <span className="figures soft">{ms == null ? "—" : formatClock(ms)}</span>,
        },
        { title: t("queues.agents"), width: 140, render: (_, queue) => <Hands of={queue} /> },
        { title: t("queues.answered"), align: "end", width: 82, render: (_, queue) => opener("answered", queue, queue.answered) },
        { title: t("queues.abandoned"), align: "end", width: 88, render: (_, queue) => opener("abandoned", queue, queue.abandoned) },
        {
          title: t("queues.serviceLevel"),
          align: "end",
          width: 96,
          render: (_, { service_level_permille: level }) => <StateTag tone={levelTone(level, target)}>{share(level)}</StateTag>,
        },
      ]}
    />
  );
}

/** A queue's agents as one bar: who is free, talks, wraps up, is on a break. */
function Hands({ of }: { of: QueueView }) {
  const { t } = useTranslation("wallboard");
  const { available, talking, wrap_up, break: onBreak } = of.agents;
  const parts = [
    ["good", available],
    ["busy", talking],
    ["after", wrap_up],
    ["warn", onBreak],
  ] as const;
  const label = t("queues.agentsOf", { ...of.agents });
  return (
    <Tooltip title={label}>
      <div className={styles.hands} role="img" aria-label={label}>
        {parts.map(([tone, number]) => number > 0 && <span key={tone} data-tone={tone} style={{ flexGrow: number }}>{number}</span>)}
        {available + talking + wrap_up + onBreak === 0 && <span data-tone="idle" style={{ flexGrow: 1 }}>0</span>}
      </div>
    </Tooltip>
  );
}
