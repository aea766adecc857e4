import { useMemo } from "react";
import { SafetyCertificateOutlined } from "@ant-design/icons";
import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { Alert, Button, Card, Descriptions, Input, Table } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { useMay } from "~/api/me";
import type { Page as PageOf } from "~/api/types";
import { Empty, Failure, Loading, Moment, PageHead, StateTag, useProblemText } from "~/ui";
import { useAddress } from "../address";
import { Span } from "../Span";
import styles from "./audit.module.css";

/** A record of the log. */
interface AuditRecord {
  seq: number;
  at: string;
  kind: "user" | "token" | "stranger" | "system";
  name: string;
  address?: string | null;
  action: string;
  object: string;
  outcome: "done" | "refused" | "failed";
  why?: string | null;
  details?: Record<string, string>;
  hash?: string;
}

interface Verified {
  whole: boolean;
  records: number;
  breaks: string[];
}

const TONE = { done: "good", refused: "warn", failed: "bad" } as const;

export default function Page() {
  const { t } = useTranslation("audit");
  const [asked, change] = useAddress(["from", "to", "who", "what"]);
  const found = useInfiniteQuery({
    queryKey: ["audit", asked],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => api.get<PageOf<AuditRecord>>("/audit", { ...asked, limit: 100, cursor: pageParam }, signal),
    getNextPageParam: (last) => last.next,
  });
  const records = useMemo(() => (found.data?.pages ?? []).flatMap(({ items }) => items), [found.data]);
  const field = (name: "who" | "what") => (
    <Input.Search key={asked[name] ?? ""} allowClear className={styles.field ?? ""} defaultValue={asked[name] ?? ""} placeholder={t(`filter.${name}`)} aria-label={t(`filter.${name}`)} onSearch={(value) => change({ [name]: value.trim() || undefined })} />
  );
  return (
    <>
      <PageHead title={t("title")} hint={t("hint")} actions={<Verify />} />
      <div className={styles.bar}>
        <Span time clear from={asked.from} to={asked.to} onChange={(from, to) => change({ from, to })} />
        {field("who")}
        {field("what")}
      </div>
      {found.error && records.length === 0 ? (
        <Failure error={found.error} retry={() => void found.refetch()} />
      ) : found.isPending ? (
        <Loading />
      ) : (
        <Card styles={{ body: { padding: 0 } }}>
          <Records records={records} />
          {found.hasNextPage && (
            <Button block type="link" loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
              {t("more")}
            </Button>
          )}
        </Card>
      )}
    </>
  );
}

function Records({ records }: { records: AuditRecord[] }) {
  const { t } = useTranslation("audit");
  return (
    <Table<AuditRecord>
      rowKey="seq"
      size="small"
      dataSource={records}
      pagination={false}
      scroll={{ x: 900 }}
      locale={{ emptyText: <Empty title={t("empty")} /> }}
      expandable={{
        expandedRowRender: ({ why, details = {}, hash }) => (
          <Descriptions
            size="small"
            column={1}
            items={[
              ...(why ? [{ key: "why", label: t("column.outcome"), children: why }] : []),
              ...Object.entries(details).map(([key, value]) => ({ key, label: key, children: value })),
              ...(hash ? [{ key: "hash", label: t("hash"), children: <code>{hash}</code> }] : []),
            ]}
          />
        ),
      }}
      columns={[
        { title: "#", dataIndex: "seq", width: 80, align: "end", className: "figures" },
        { title: t("column.at"), width: 170, render: (_, { at }) => <Moment at={at} full /> },
        {
          title: t("column.who"),
          width: 160,
          render: (_, { name, kind }) => (
            <>
              {name} {kind !== "user" && <span className="soft">{t(`kind.${kind}`, { defaultValue: kind })}</span>}
            </>
          ),
        },
        { title: t("column.action"), width: 190, render: (_, { action }) => <code>{action}</code> },
        { title: t("column.object"), dataIndex: "object", ellipsis: true },
        { title: t("column.address"), dataIndex: "address", width: 140, className: "figures" },
        { title: t("column.outcome"), width: 110, render: (_, { outcome, why }) => <span title={why ?? undefined}><StateTag tone={TONE[outcome] ?? "idle"}>{t(`outcome.${outcome}`, { defaultValue: outcome })}</StateTag></span> },
      ]}
    />
  );
}

/** Follows the chain from the first record to the last (SEC-14). */
function Verify() {
  const { t } = useTranslation("audit");
  const may = useMay();
  const problem = useProblemText();
  const run = useMutation({ mutationFn: () => api.post<Verified>("/audit/verify", {}, { timeoutMs: 120_000 }) });
  if (!may({ permission: "audit.verify" })) return null;
  return (
    <>
      {run.error && <Alert type="error" showIcon title={problem(run.error).what} />}
      {run.data?.whole && <Alert type="success" showIcon title={t("whole", { records: run.data.records })} />}
      {run.data && !run.data.whole && <Alert type="error" showIcon title={t("broken")} description={`${t("brokenBody")} ${run.data.breaks.join("; ")}`} />}
      <Button icon={<SafetyCertificateOutlined />} loading={run.isPending} onClick={() => run.mutate()}>
        {t("verify")}
      </Button>
    </>
  );
}
