import { useMemo, useRef } from "react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Button, Table } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import type { CallRow, Page as PageOf } from "~/api/types";
import { Empty, Failure, Loading, PageHead } from "~/ui";
import { useAddress } from "../address";
import { count } from "../figures";
import { useRoom } from "../room";
import styles from "./calls.module.css";
import { useColumns } from "./columns";
import { FILTERS, queryOf } from "./filters";
import { useNames } from "./names";
import { ColumnButton, ExportButton, FilterBar } from "./Toolbar";

/** How many calls come at a time. */
const PAGE = 100;

export default function Page() {
  const { t } = useTranslation(["calls", "app"]);
  const [filters, change] = useAddress(FILTERS);
  const { queues, agents, nameOf } = useNames();
  const found = useInfiniteQuery({
    queryKey: ["calls", filters],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => api.get<PageOf<CallRow>>("/calls", { ...queryOf(filters), limit: PAGE, cursor: pageParam }, signal),
    getNextPageParam: (last) => last.next,
  });
  const rows = useMemo(() => (found.data?.pages ?? []).flatMap(({ items }) => items).map((row) => ({ ...row, agent: row.agent && nameOf(row.agent) })), [found.data, nameOf]);
  return (
    <>
      <PageHead
        title={t("title")}
        actions={
          <>
            <ColumnButton />
            <ExportButton filters={filters} />
          </>
        }
      />
      <FilterBar filters={filters} change={change} queues={queues} agents={agents} />
      {found.error && rows.length === 0 ? (
        <Failure error={found.error} retry={() => void found.refetch()} />
      ) : found.isPending ? (
        <Loading />
      ) : (
        <Rows rows={rows} more={found.hasNextPage} loading={found.isFetchingNextPage} onMore={() => void found.fetchNextPage()} />
      )}
    </>
  );
}

interface RowsProps {
  rows: CallRow[];
  more: boolean;
  loading: boolean;
  onMore: () => void;
}

/** As many rows as are loaded; only those in sight are drawn, and more come before the end is reached. */
function Rows({ rows, more, loading, onMore }: RowsProps) {
  const { t } = useTranslation(["calls", "app"]);
  const navigate = useNavigate();
  const columns = useColumns();
  const frame = useRef<HTMLDivElement>(null);
  const room = useRoom(frame, 108);
  const width = columns.reduce((sum, column) => sum + Number(column.width ?? 0), 0);
  return (
    <div ref={frame} className={styles.table}>
      <Table<CallRow>
        virtual
        rowKey="call"
        size="small"
        columns={columns}
        dataSource={rows}
        pagination={false}
        scroll={{ x: width, y: room }}
        locale={{ emptyText: <Empty title={t("empty")} hint={t("emptyHint")} /> }}
        onRow={({ call }) => ({ onClick: () => void navigate({ to: "/calls/$call", params: { call } }) })}
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
          if (more && !loading && scrollHeight - scrollTop - clientHeight < 400) onMore();
        }}
      />
      {rows.length > 0 && (
        <div className={styles.foot}>
          <span className="soft figures">{more ? t("loaded", { count: count(rows.length) as never }) : t("all", { count: count(rows.length) as never })}</span>
          {more && (
            <Button size="small" type="link" loading={loading} onClick={onMore}>
              {t("app:act.loadMore")}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}
