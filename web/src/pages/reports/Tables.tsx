import { Table } from "antd";
import dayjs from "dayjs";
import { useTranslation } from "react-i18next";
import { formatClock } from "~/ui";
import { useNames } from "../calls/names";
import { count, permilleOf, share } from "../figures";
import { type AgentRow, heatOf, mean, occupancy, type Report, satisfaction, type ServiceRow, strength, type VolumeRow, type Votes, type HeatRow } from "./model";
import styles from "./reports.module.css";

export type By = "hour" | "day" | "week" | "month";

const FORMATS: Record<By, string> = { hour: "MM-DD HH:00", day: "MM-DD ddd", week: "YYYY-MM-DD", month: "YYYY-MM" };

/** How a row's time is written: as the clock in the centre shows it, wherever the reader is. */
export const labelOf = (by: By, zone?: string | null) => (at: string) => dayjs(zone ? new Date(at).toLocaleString("sv-SE", { timeZone: zone }) : at).format(FORMATS[by]);

const clock = (ms: number | null | undefined) => <span className="figures">{ms == null ? "—" : formatClock(ms)}</span>;
const whole = (value: number | undefined) => <span className="figures">{count(value ?? 0)}</span>;

/** Nobody was asked: that is no figure. */
const asked = (count: number | undefined) => (count ? whole(count) : <span className="figures">—</span>);

export function VolumeTable({ report, by }: { report: Report<VolumeRow>; by: By }) {
  const { t } = useTranslation("reports");
  const label = labelOf(by, report.zone);
  const cells = (row: Partial<VolumeRow>) => [
    whole(row.offered),
    whole(row.answered),
    whole(row.abandoned),
    whole(row.left),
    <span className="figures">{share(permilleOf(row.answered ?? 0, row.offered ?? 0))}</span>,
    clock(mean(row.talk_ms ?? 0, row.answered ?? 0)),
    clock(mean(row.wait_ms ?? 0, row.offered ?? 0)),
  ];
  const names = ["offered", "answered", "abandoned", "left", "rate", "talk", "wait"] as const;
  return (
    <Table<VolumeRow>
      size="small"
      rowKey="at"
      dataSource={report.rows}
      pagination={{ pageSize: 31, hideOnSinglePage: true, showSizeChanger: false }}
      scroll={{ x: 760 }}
      columns={[{ title: t("figure.at"), render: (_, { at }) => <span className="figures">{label(at)}</span> }, ...names.map((name, place) => ({ title: t(`figure.${name}`), align: "end" as const, render: (_: unknown, row: VolumeRow) => cells(row)[place] }))]}
      summary={() => <Total cells={cells(report.totals)} />}
    />
  );
}

export function AgentTable({ report }: { report: Report<AgentRow> }) {
  const { t } = useTranslation("reports");
  const { nameOf } = useNames();
  const signedIn = report.rows.some(({ signed_in_ms }) => signed_in_ms != null);
  const cells = (row: Partial<AgentRow>) => [
    whole(row.answered),
    whole(row.missed),
    clock(row.talk_ms),
    clock(row.hold_ms),
    clock(row.wrap_up_ms),
    clock(mean(row.talk_ms ?? 0, row.answered ?? 0)),
    ...(signedIn ? [clock(row.signed_in_ms), clock(row.break_ms), <span className="figures">{share(occupancy(row as AgentRow))}</span>] : []),
    asked(row.votes?.asked),
    row.votes?.asked ? whole(row.votes.given) : asked(0),
    <Satisfaction votes={row.votes} />,
  ];
  const names = ["answered", "missed", "talkTime", "hold", "wrapUp", "talk", ...(signedIn ? (["signedIn", "breakTime", "occupancy"] as const) : []), "votesAsked", "votesGiven", "score"] as const;
  return (
    <Table<AgentRow>
      size="small"
      rowKey="agent"
      dataSource={report.rows}
      pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false }}
      scroll={{ x: 1200 }}
      columns={[
        { title: t("figure.agent"), fixed: "start", sorter: (a, b) => a.agent.localeCompare(b.agent), render: (_, { agent, display_name }) => display_name ?? nameOf(agent) },
        ...names.map((name, place) => ({ title: t(`figure.${name}`), align: "end" as const, render: (_: unknown, row: AgentRow) => cells(row)[place] })),
      ]}
      summary={() => <Total cells={cells(report.totals)} />}
    />
  );
}

/** A line for each scale. */
function Satisfaction({ votes }: { votes: Votes | undefined }) {
  const { t } = useTranslation("reports");
  const scales = (votes?.scales ?? []).flatMap((scale) => {
    const said = satisfaction(scale);
    return said ? [{ ...scale, ...said }] : [];
  });
  if (scales.length === 0) return <span className="figures">—</span>;
  return scales.map(({ question, best, mean, bestPermille }) => (
    <div key={`${question} ${best}`} className="figures">
      {t("votes", { question, best, mean, share: share(bestPermille) })}
    </div>
  ));
}

export function ServiceTable({ report, by }: { report: Report<ServiceRow>; by: By }) {
  const { t } = useTranslation("reports");
  const label = labelOf(by, report.zone);
  const cells = (row: Partial<ServiceRow>) => [whole(row.offered), whole(row.answered), whole(row.answered_within), whole(row.abandoned), <strong className="figures">{share(row.service_level_permille)}</strong>];
  const names = ["offered", "answered", "within", "abandoned", "level"] as const;
  return (
    <Table<ServiceRow>
      size="small"
      rowKey="at"
      dataSource={report.rows}
      pagination={{ pageSize: 31, hideOnSinglePage: true, showSizeChanger: false }}
      columns={[{ title: t("figure.at"), render: (_, { at }) => <span className="figures">{label(at)}</span> }, ...names.map((name, place) => ({ title: t(`figure.${name}`), align: "end" as const, render: (_: unknown, row: ServiceRow) => cells(row)[place] }))]}
      summary={() => <Total cells={cells(report.totals)} />}
    />
  );
}

function Total({ cells }: { cells: React.ReactNode[] }) {
  const { t } = useTranslation("reports");
  return (
    <Table.Summary.Row className={styles.total ?? ""}>
      <Table.Summary.Cell index={0}>{t("figure.total")}</Table.Summary.Cell>
      {cells.map((cell, place) => (
        <Table.Summary.Cell key={place} index={place + 1} align="right">
          {cell}
        </Table.Summary.Cell>
      ))}
    </Table.Summary.Row>
  );
}

const DAYS = ["d1", "d2", "d3", "d4", "d5", "d6", "d7"] as const;

/** A week of hours: the darker, the more. */
export function HeatMap({ rows, measure }: { rows: HeatRow[]; measure: "offered" | "answered" | "abandoned" }) {
  const { t } = useTranslation("reports");
  const { cells, most } = heatOf(rows, measure);
  return (
    <>
      <table className={styles.heat}>
        <thead>
          <tr>
            <td />
            {Array.from({ length: 24 }, (_, hour) => (
              <th key={hour} scope="col">
                {hour}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {cells.map((hours, day) => (
            <tr key={day}>
              <th scope="row">{t(`weekday.${DAYS[day] ?? "d1"}`)}</th>
              {hours.map((value, hour) => (
                <td key={hour} data-strength={strength(value, most)} title={t("heat.label", { day: t(`weekday.${DAYS[day] ?? "d1"}`), hour, count: value })}>
                  {value > 0 ? value : ""}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p className={styles.legend}>
        {t("heat.less")}
        {[0, 1, 2, 3, 4, 5].map((one) => (
          <i key={one} data-strength={one} />
        ))}
        {t("heat.more")}
      </p>
    </>
  );
}
