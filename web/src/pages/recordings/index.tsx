import { useMemo, useRef, useState } from "react";
import { PlayCircleFilled, RightOutlined } from "@ant-design/icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Table } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { useMay } from "~/api/me";
import type { RecordingRow } from "~/api/records";
import type { Page as PageOf } from "~/api/types";
import { Empty, Failure, formatClock, Loading, Moment, PageHead, StateTag } from "~/ui";
import { useAddress } from "../address";
import { FILTERS, queryOf } from "../calls/filters";
import { useNames } from "../calls/names";
import { FilterBar } from "../calls/Toolbar";
import { customerOf, number } from "../figures";
import { useRoom } from "../room";
import { ExportButton } from "./ExportButton";
import { Player } from "./Player";
import styles from "./recordings.module.css";

const TONE = { recorded: "good", partial: "warn", failed: "bad" } as const;

export default function Page() {
  const { t } = useTranslation(["recordings", "calls"]);
  const [filters, change] = useAddress(FILTERS);
  const { queues, agents } = useNames();
  const [playing, setPlaying] = useState<RecordingRow | null>(null);
  const [chosen, setChosen] = useState<string[]>([]);
  const exports = useMay()({ permission: "recording.export", path: "/v1/recordings/export" });
  const found = useInfiniteQuery({
    queryKey: ["recordings", filters],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => api.get<PageOf<RecordingRow>>("/recordings", { ...queryOf(filters), limit: 100, cursor: pageParam }, signal),
    getNextPageParam: (last) => last.next,
  });
  const rows = useMemo(() => (found.data?.pages ?? []).flatMap(({ items }) => items), [found.data]);
  return (
    <>
      <PageHead title={t("title")} hint={t("hint")} actions={exports ? <ExportButton chosen={chosen} onTaken={() => setChosen([])} /> : undefined} />
      <FilterBar filters={filters} change={change} queues={queues} agents={agents} outcome={false} />
      {found.error && rows.length === 0 ? (
        <Failure error={found.error} retry={() => void found.refetch()} />
      ) : found.isPending ? (
        <Loading />
      ) : (
        <Rows rows={rows} playing={playing} chosen={exports ? chosen : null} onChoose={setChosen} onPlay={setPlaying} onEnd={() => found.hasNextPage && !found.isFetchingNextPage && void found.fetchNextPage()} />
      )}
      <div className={styles.player}>{playing ? <Player key={playing.recording} of={playing} /> : <p className="soft">{t("none")}</p>}</div>
    </>
  );
}

interface RowsProps {
  rows: RecordingRow[];
  playing: RecordingRow | null;
  /** Which are chosen for an export; none: nobody may export here. */
  chosen: string[] | null;
  onChoose: (chosen: string[]) => void;
  onPlay: (row: RecordingRow) => void;
  onEnd: () => void;
}

function Rows({ rows, playing, chosen, onChoose, onPlay, onEnd }: RowsProps) {
  const { t } = useTranslation(["recordings", "floor"]);
  const { nameOf, queueOf } = useNames();
  const frame = useRef<HTMLDivElement>(null);
  const room = useRoom(frame, 236);
  return (
    <div ref={frame} className={styles.table}>
      <Table<RecordingRow>
        virtual
        rowKey="recording"
        size="small"
        dataSource={rows}
        pagination={false}
        rowSelection={chosen ? { selectedRowKeys: chosen, onChange: (keys) => onChoose(keys.map(String)), getCheckboxProps: ({ status }) => ({ disabled: status === "failed" }) } : undefined}
        scroll={{ x: 900, y: room }}
        locale={{ emptyText: <Empty title={t("empty")} hint={t("emptyHint")} /> }}
        rowClassName={({ recording }) => (recording === playing?.recording ? (styles.current ?? "") : "")}
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => scrollHeight - scrollTop - clientHeight < 400 && onEnd()}
        columns={[
          {
            width: 56,
            align: "center",
            render: (_, row) => (
              <Button type="text" icon={<PlayCircleFilled className={styles.play} />} disabled={row.status === "failed"} aria-label={t("play", { number: number(customerOf(row)) })} onClick={() => onPlay(row)} />
            ),
          },
          { title: t("column.started"), width: 140, render: (_, { started }) => <Moment at={started} /> },
          { title: t("column.party"), width: 150, render: (_, row) => <span className="figures">{number(customerOf(row))}</span> },
          { title: t("column.agent"), width: 120, render: (_, { agent }) => (agent ? nameOf(agent) : "—") },
          { title: t("column.queue"), width: 130, render: (_, { queue }) => (queue ? queueOf(queue) : "—") },
          { title: t("column.length"), width: 90, align: "end", render: (_, { length_ms, talk_ms }) => <span className="figures">{formatClock(length_ms ?? talk_ms ?? 0)}</span> },
          {
            title: t("column.status"),
            width: 170,
            render: (_, { status, missing_ms, reason }) => (
              <span title={reason ?? undefined}>
                <StateTag tone={TONE[(status ?? "recorded") as "recorded"] ?? "idle"}>{t(`floor:recording.${(status ?? "recorded") as "recorded"}`, { defaultValue: status ?? "" })}</StateTag>
                {missing_ms ? <span className="soft"> {t("missing", { time: formatClock(missing_ms) })}</span> : null}
              </span>
            ),
          },
          {
            width: 130,
            align: "end",
            className: styles.last ?? "",
            render: (_, { call }) => (
              <Link to="/calls/$call" params={{ call }}>
                {t("open")} <RightOutlined />
              </Link>
            ),
          },
        ]}
      />
    </div>
  );
}
