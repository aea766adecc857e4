import { lazy, type ReactNode, Suspense, useMemo, useState } from "react";
import { AuditOutlined, CheckCircleFilled, CloseCircleFilled } from "@ant-design/icons";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Alert, Button, Card, Segmented, Select, Table, Tabs, Tooltip } from "antd";
import dayjs from "dayjs";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { usePreferences } from "~/app/preferences";
import type { Appearance } from "~/app/theme";
import { Empty, Loading, PageHead, useProblemText } from "~/ui";
import { useAddress } from "../address";
import { useNames } from "../calls/names";
import { share } from "../figures";
import { Offered } from "../Offered";
import { spanOf } from "../period";
import { Span } from "../Span";
import type { AgentRow, HeatRow, Reconciled, Report, ServiceRow, VolumeRow } from "./model";
import { overTime } from "./options";
import styles from "./reports.module.css";
import { AgentTable, type By, HeatMap, labelOf, ServiceTable, VolumeTable } from "./Tables";

const Chart = lazy(() => import("./Chart"));

const TABS = ["volume", "agents", "heat", "service"] as const;
type Tab = (typeof TABS)[number];

const BYS: readonly By[] = ["hour", "day", "week", "month"];

/** With more days than this, the server does not count by hours. */
const HOURS_POSSIBLE_DAYS_MAX = 35;

/** With more days than this, hours are too many to be read. */
const HOURS_DAYS_MAX = 3;

interface Asked {
  from: string;
  to: string;
  by: By;
  queue: string | undefined;
}

export default function Page() {
  const { t } = useTranslation("reports");
  const [search, change] = useAddress(["tab", "from", "to", "by", "queue"]);
  const { queues } = useNames();
  const [begin, end] = spanOf("days7");
  const from = search.from ?? begin.toISOString();
  const to = search.to ?? end.toISOString();
  const long = dayjs(to).diff(from, "day") > HOURS_DAYS_MAX;
  const by = BYS.find((one) => one === search.by && !(one === "hour" && dayjs(to).diff(from, "day") > HOURS_POSSIBLE_DAYS_MAX)) ?? (long ? "day" : "hour");
  const tab = TABS.find((one) => one === search.tab) ?? "volume";
  const asked = useMemo(() => ({ from, to, by, queue: search.queue }), [from, to, by, search.queue]);
  const bodies: Record<Tab, () => ReactNode> = {
    volume: () => <Volume asked={asked} />,
    agents: () => <Agents asked={asked} />,
    heat: () => <Heat asked={asked} />,
    service: () => <Service asked={asked} />,
  };
  return (
    <>
      <PageHead title={t("title")} actions={<Reconcile key={`${from} ${to}`} from={from} to={to} />} />
      <div className={styles.bar}>
        <Span from={from} to={to} onChange={(from, to) => change({ from, to })} />
        <Select className={styles.queue ?? ""} aria-label={t("queue")} value={search.queue ?? ""} options={[{ value: "", label: t("queue") }, ...queues]} onChange={(queue) => change({ queue: queue || undefined })} />
        {(tab === "volume" || tab === "service") && <Segmented<By> value={by} onChange={(by) => change({ by })} options={BYS.map((value) => ({ value, label: t(`by.${value}`) }))} />}
      </div>
      <Card styles={{ body: { paddingTop: 4 } }}>
        <Tabs activeKey={tab} onChange={(tab) => change({ tab })} items={TABS.map((key) => ({ key, label: t(`tab.${key}`) }))} />
        {bodies[tab]()}
      </Card>
    </>
  );
}

function useReport<Row>(name: string, { from, to, by, queue }: Asked, timed: boolean) {
  return useQuery({
    queryKey: ["report", name, from, to, timed ? by : "", queue],
    queryFn: ({ signal }) => api.get<Report<Row>>(`/reports/${name}`, { from, to, by: timed ? by : undefined, queue }, signal),
    placeholderData: (before) => before,
    retry: 1,
  });
}

function useLook(): Appearance {
  // Drawn into a canvas, colours do not follow by themselves.
  const wanted = usePreferences(({ appearance }) => appearance);
  return wanted === "system" ? (document.documentElement.dataset["appearance"] === "dark" ? "dark" : "light") : wanted;
}

function Formula({ zone, children }: { zone: string | null | undefined; children: ReactNode }) {
  const { t } = useTranslation("reports");
  return (
    <p className={styles.formula}>
      <strong>{t("formula.title")}</strong> {children} {zone && <span>· {t("formula.zone", { zone })}</span>}
    </p>
  );
}

function Nothing() {
  const { t } = useTranslation("reports");
  return <Empty title={t("empty")} hint={t("emptyHint")} />;
}

function Volume({ asked }: { asked: Asked }) {
  const { t } = useTranslation("reports");
  const look = useLook();
  return (
    <Offered of={useReport<VolumeRow>("volume", asked, true)}>
      {(report) => {
        if (report.rows.length === 0) return <Nothing />;
        const bar = (name: "answered" | "abandoned" | "left", tone: "good" | "bad" | "idle") => ({ name: t(`figure.${name}`), kind: "bar" as const, stack: "calls", tone, data: report.rows.map((row) => row[name] ?? 0) });
        return (
          <>
            <Suspense fallback={<Loading compact />}>
              <Chart label={t("chart", { name: t("tab.volume") })} option={overTime(look, report.rows.map(({ at }) => labelOf(asked.by, report.zone)(at)), [bar("answered", "good"), bar("abandoned", "bad"), bar("left", "idle")])} />
            </Suspense>
            <Formula zone={report.zone}>{t("formula.volume")}</Formula>
            <VolumeTable report={report} by={asked.by} />
          </>
        );
      }}
    </Offered>
  );
}

function Agents({ asked }: { asked: Asked }) {
  const { t } = useTranslation("reports");
  return (
    <Offered of={useReport<AgentRow>("agents", asked, false)}>
      {(report) =>
        report.rows.length === 0 ? (
          <Nothing />
        ) : (
          <>
            <Formula zone={report.zone}>{t("formula.agents")}</Formula>
            <p className={styles.formula}>{t("formula.votes")}</p>
            <AgentTable report={report} />
          </>
        )
      }
    </Offered>
  );
}

function Heat({ asked }: { asked: Asked }) {
  const { t } = useTranslation("reports");
  const [measure, setMeasure] = useState<"offered" | "answered" | "abandoned">("offered");
  return (
    <Offered of={useReport<HeatRow>("heat", asked, false)}>
      {(report) =>
        report.rows.length === 0 ? (
          <Nothing />
        ) : (
          <>
            <Segmented value={measure} onChange={setMeasure} aria-label={t("heat.measure")} options={(["offered", "answered", "abandoned"] as const).map((value) => ({ value, label: t(`figure.${value}`) }))} />
            <HeatMap rows={report.rows} measure={measure} />
            <Formula zone={report.zone}>{t("formula.heat")}</Formula>
          </>
        )
      }
    </Offered>
  );
}

function Service({ asked }: { asked: Asked }) {
  const { t } = useTranslation("reports");
  const look = useLook();
  return (
    <Offered of={useReport<ServiceRow>("service-level", asked, true)}>
      {(report) => {
        if (report.rows.length === 0) return <Nothing />;
        const target = report.target_permille ?? 900;
        return (
          <>
            <Suspense fallback={<Loading compact />}>
              <Chart
                label={t("chart", { name: t("tab.service") })}
                option={overTime(
                  look,
                  report.rows.map(({ at }) => labelOf(asked.by, report.zone)(at)),
                  [
                    { name: t("figure.offered"), kind: "bar", tone: "idle", data: report.rows.map(({ offered }) => offered) },
                    { name: t("figure.level"), kind: "line", tone: "accent", percent: true, data: report.rows.map(({ service_level_permille: level }) => (level === null ? null : level / 10)) },
                  ],
                  { at: target / 10, name: `${t("figure.target")} ${share(target)}` },
                )}
              />
            </Suspense>
            <Formula zone={report.zone}>{t("formula.service", { seconds: (report.within_ms ?? 30_000) / 1000, target: share(target) })}</Formula>
            <ServiceTable report={report} by={asked.by} />
          </>
        );
      }}
    </Offered>
  );
}

/** Adds the records up again and says whether the reports are right (RPT-01). */
function Reconcile({ from, to }: { from: string; to: string }) {
  const { t } = useTranslation("reports");
  const problem = useProblemText();
  const run = useMutation({ mutationFn: () => api.get<Reconciled>("/reports/reconcile", { from, to }) });
  return (
    <>
      <Tooltip title={t("reconcile.hint")}>
        <Button icon={<AuditOutlined />} loading={run.isPending} onClick={() => run.mutate()}>
          {t("reconcile.button")}
        </Button>
      </Tooltip>
      {run.error && <Alert type="error" showIcon title={problem(run.error).what} closable />}
      {run.data && (
        <div className={styles.reconciled} data-equal={run.data.equal} role="status">
          <strong>
            {run.data.equal ? <CheckCircleFilled /> : <CloseCircleFilled />} {run.data.equal ? t("reconcile.equal") : t("reconcile.unequal")}
          </strong>
          {!run.data.equal && (
            <Table
              size="small"
              pagination={false}
              rowKey="figure"
              dataSource={run.data.differences}
              columns={[
                { title: t("reconcile.figure"), dataIndex: "figure" },
                { title: t("reconcile.report"), dataIndex: "report", align: "end" },
                { title: t("reconcile.records"), dataIndex: "records", align: "end" },
              ]}
            />
          )}
        </div>
      )}
    </>
  );
}
