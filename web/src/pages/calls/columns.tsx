import { PhoneOutlined, PlayCircleOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import type { TableColumnType } from "antd";
import { useTranslation } from "react-i18next";
import { create } from "zustand";
import { persist } from "zustand/middleware";
import type { CallRow } from "~/api/types";
import { formatClock, Moment, StateTag, type Tone } from "~/ui";
import { customerOf, number } from "../figures";
import { useNames } from "./names";
import styles from "./calls.module.css";

/** Every column, in its order. */
export const COLUMNS = ["started", "direction", "party", "region", "caller", "called", "queue", "agent", "outcome", "cause", "ivr", "wait", "ring", "talk", "hold", "wrapUp", "disposition", "recording"] as const;
export type Column = (typeof COLUMNS)[number];

const DEFAULTS: Column[] = ["started", "direction", "party", "region", "queue", "agent", "outcome", "wait", "talk", "recording"];

/** Which columns somebody has chosen on this machine. */
export const useColumnChoice = create<{ shown: Column[]; show(columns: Column[]): void; reset(): void }>()(
  persist(
    (set) => ({
      shown: DEFAULTS,
      show: (columns) => set({ shown: COLUMNS.filter((column) => columns.includes(column)) }),
      reset: () => set({ shown: DEFAULTS }),
    }),
    { name: "belltower.calls.columns" },
  ),
);

const TONE: Record<string, Tone> = {
  answered: "good",
  abandoned: "bad",
  timed_out: "warn",
  full: "warn",
  no_agent: "warn",
  missed: "warn",
  left: "idle",
  callback: "after",
  voicemail: "after",
  blocked: "idle",
  refused: "idle",
  failed: "bad",
  live: "busy",
};

/** How a call ended for its caller. */
export function Outcome({ of }: { of: string }) {
  const { t } = useTranslation("floor");
  return <StateTag tone={TONE[of] ?? "idle"}>{t(`outcome.${of as "answered"}`, { defaultValue: of })}</StateTag>;
}

function Length({ ms }: { ms: number }) {
  return ms > 0 ? <span className="figures">{formatClock(ms)}</span> : <span className="soft">—</span>;
}

/** The columns as the table wants them. */
export function useColumns(): TableColumnType<CallRow>[] {
  const { t } = useTranslation(["calls", "floor"]);
  const { shown } = useColumnChoice();
  const { queueOf } = useNames();
  const length = (read: (row: CallRow) => number) => ({ align: "end" as const, width: 84, render: (_: unknown, row: CallRow) => <Length ms={read(row)} /> });
  const all: Record<Column, TableColumnType<CallRow>> = {
    started: { width: 128, render: (_, { started }) => <Moment at={started} /> },
    direction: {
      width: 100,
      render: (_, { direction }) => (
        <span className={styles.direction} data-direction={direction}>
          <PhoneOutlined aria-hidden /> {t(`floor:direction.${direction as "inbound"}`, { defaultValue: direction })}
        </span>
      ),
    },
    party: {
      width: 150,
      render: (_, row) => {
        const party = customerOf(row);
        return (
          <Link to="/calls/$call" params={{ call: row.call }} className="figures" aria-label={t("open", { number: party ?? "" })}>
            {party ? number(party) : t("floor:unknownNumber")}
          </Link>
        );
      },
    },
    caller: { width: 140, render: (_, { caller }) => <span className="figures">{caller ? number(caller) : t("floor:unknownNumber")}</span> },
    region: { width: 120, ellipsis: true, render: (_, { region }) => region ?? <span className="soft">—</span> },
    called: { width: 140, render: (_, { called }) => <span className="figures">{number(called)}</span> },
    queue: { width: 120, ellipsis: true, render: (_, { queue }) => (queue ? queueOf(queue) : <span className="soft">—</span>) },
    agent: { width: 110, ellipsis: true, render: (_, { agent }) => agent ?? <span className="soft">—</span> },
    outcome: { width: 120, render: (_, { outcome }) => <Outcome of={outcome} /> },
    cause: { width: 140, ellipsis: true, render: (_, { cause }) => <span className="soft">{cause ? t(`floor:cause.${cause as "busy"}`, { defaultValue: cause }) : "—"}</span> },
    ivr: length((row) => row.ivr_ms),
    wait: length((row) => row.wait_ms),
    ring: length((row) => row.ring_ms),
    talk: length((row) => row.talk_ms),
    hold: length((row) => row.hold_ms),
    wrapUp: length((row) => row.wrap_up_ms ?? 0),
    disposition: { width: 160, ellipsis: true, render: (_, { disposition }) => disposition?.join(" / ") ?? <span className="soft">—</span> },
    recording: {
      width: 92,
      align: "center",
      render: (_, { recordings }) => (recordings.length > 0 ? <PlayCircleOutlined className={styles.recorded} aria-label={t("hasRecording")} /> : <span className="soft">—</span>),
    },
  };
  return COLUMNS.filter((column) => shown.includes(column)).map((column) => ({ key: column, title: t(`column.${column}`), ...all[column] }));
}
