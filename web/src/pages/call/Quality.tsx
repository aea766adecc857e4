import { Table } from "antd";
import { useTranslation } from "react-i18next";
import type { CallDetail, Quality } from "~/api/records";
import { Empty, StateTag, useSaid } from "~/ui";
import { Microphones } from "./Microphones";
import { dbov } from "../figures";
import { clock } from "./model/axis";
import { gradeOf, REPORT_MS } from "./model/lanes";
import styles from "./call.module.css";

/** How each leg sounded: its worst five seconds with what helps, its microphone, every report. */
export function QualityView({ of: { quality, worst, voice, legs }, origin }: { of: CallDetail; origin: number }) {
  const { t } = useTranslation(["call", "floor"]);
  const who = (leg: number) => {
    const found = legs.find((one) => one.leg === leg);
    return found ? `${t(`floor:role.${found.role as "caller"}`, { defaultValue: found.role })} ${found.party}` : String(leg);
  };
  const said = useSaid();
  const bad = worst.filter(({ mos }) => gradeOf(mos) !== "good");
  if (quality.length === 0 && voice.length === 0) return <Empty title={t("quality.none")} />;
  return (
    <>
      <ul className={styles.advice}>
        {bad.map((one) => (
          <li key={one.leg}>
            <strong>{who(one.leg)}</strong>
            <span>{t("quality.worst", { mos: one.mos.toFixed(1), cause: said(one) })}</span>
            <span className="figures soft">{clock(Date.parse(one.at) - REPORT_MS - origin)} – {clock(Date.parse(one.at) - origin)}</span>
            <span className="soft">{said({ zh: one.remedy_zh, en: one.remedy_en })}</span>
          </li>
        ))}
      </ul>
      <Microphones of={voice} who={who} origin={origin} />
      <Table<Quality>
        size="small"
        virtual
        scroll={{ x: 760, y: 320 }}
        pagination={false}
        rowKey={({ leg, at }) => `${leg} ${at}`}
        dataSource={quality}
        columns={[
          { title: t("quality.when"), width: 90, render: (_, { at }) => <span className="figures">{clock(Date.parse(at) - origin)}</span> },
          { title: t("quality.leg"), width: 170, ellipsis: true, render: (_, { leg }) => who(leg) },
          {
            title: <span title={t("quality.formula")}>{t("quality.mos")}</span>,
            width: 120,
            sorter: (a, b) => a.mos - b.mos,
            render: (_, { mos }) => <StateTag tone={{ good: "good", fair: "warn", bad: "bad" }[gradeOf(mos)] as "good"}>{`${mos.toFixed(1)} ${t(`quality.grade.${gradeOf(mos)}`)}`}</StateTag>,
          },
          { title: t("quality.lossIn"), width: 90, align: "end", render: (_, row) => <span className="figures">{row.loss_in_permille / 10}%</span> },
          { title: t("quality.lossOut"), width: 90, align: "end", render: (_, row) => <span className="figures">{row.loss_out_permille == null ? "—" : `${row.loss_out_permille / 10}%`}</span> },
          { title: t("quality.jitter"), width: 90, align: "end", render: (_, row) => <span className="figures">{row.jitter_ms.toFixed(0)} ms</span> },
          { title: t("quality.rtt"), width: 90, align: "end", render: (_, row) => <span className="figures">{row.round_trip_ms == null ? "—" : `${row.round_trip_ms.toFixed(0)} ms`}</span> },
          {
            title: t("quality.level"),
            width: 110,
            align: "end",
            render: (_, row) => <span className="figures">{row.level_in_dbov == null ? t("quality.silent") : dbov(row.level_in_dbov)}</span>,
          },
        ]}
      />
      <p className="soft">{t("quality.formula")}</p>
    </>
  );
}
