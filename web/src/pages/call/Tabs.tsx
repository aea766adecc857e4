import { useMemo, useState } from "react";
import { Input, Table } from "antd";
import { useTranslation } from "react-i18next";
import type { CallFact, Leg, Quality, Story } from "~/api/records";
import { Empty, formatClock, StateTag } from "~/ui";
import { clock } from "./model/axis";
import { causeOf, gradeOf } from "./model/lanes";
import styles from "./call.module.css";

/** The call told in sentences. */
export function StoryView({ story }: { story: Story }) {
  const { t } = useTranslation(["call", "floor"]);
  if (story.lines.length === 0) return <Empty title={t("story.empty")} />;
  const total = story.stages.reduce((sum, { ms }) => sum + ms, 0) || 1;
  return (
    <div className={styles.story}>
      <ol>
        {story.lines.map((line, place) => {
          const [, at, rest] = /^(\d+\.\d+)s?\s+(.*)$/.exec(line) ?? [];
          return (
            <li key={place}>
              {at !== undefined && <span className="figures soft">{clock(Number(at) * 1000, 1)}</span>}
              <span>{rest ?? line}</span>
            </li>
          );
        })}
      </ol>
      <aside>
        <h4>{t("story.stages")}</h4>
        <dl>
          {story.stages.map(({ stage, ms, from }) => (
            <div key={`${stage} ${from}`}>
              <dt>{t(`floor:stage.${stage as "ivr"}`, { defaultValue: stage })}</dt>
              <dd className="figures">
                {formatClock(ms)}
                <span data-tone={stage} style={{ inlineSize: `${(ms / total) * 100}%` }} />
              </dd>
            </div>
          ))}
        </dl>
      </aside>
    </div>
  );
}

/** Every quality report, the worst marked, with what helps. */
export function QualityView({ quality, legs, origin }: { quality: Quality[]; legs: Leg[]; origin: number }) {
  const { t } = useTranslation(["call", "floor"]);
  const who = (leg: number) => {
    const found = legs.find((one) => one.leg === leg);
    return found ? `${t(`floor:role.${found.role as "caller"}`, { defaultValue: found.role })} ${found.party}` : String(leg);
  };
  const bad = useMemo(() => worstOfLegs(quality), [quality]);
  if (quality.length === 0) return <Empty title={t("quality.none")} />;
  return (
    <>
      <ul className={styles.advice}>
        {bad.map((one) => (
          <li key={one.leg}>
            <strong>{who(one.leg)}</strong>
            <span>{t("quality.worst", { mos: one.mos.toFixed(1), cause: t(`quality.cause.${causeOf(one)}`) })}</span>
            <span className="soft">{t(`quality.remedy.${causeOf(one)}`)}</span>
          </li>
        ))}
      </ul>
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
            render: (_, row) => <span className="figures">{row.level_in_dbov == null ? t("quality.silent") : `${row.level_in_dbov} dBov`}</span>,
          },
        ]}
      />
      <p className="soft">{t("quality.formula")}</p>
    </>
  );
}

function worstOfLegs(quality: readonly Quality[]): Quality[] {
  const worst = new Map<number, Quality>();
  for (const one of quality) {
    const before = worst.get(one.leg);
    if (!before || one.mos < before.mos) worst.set(one.leg, one);
  }
  return [...worst.values()].filter(({ mos }) => gradeOf(mos) !== "good");
}

/** Every fact, as the journal has it. */
export function FactsView({ facts, origin, language }: { facts: CallFact[]; origin: number; language: string }) {
  const { t } = useTranslation("call");
  const [wanted, setWanted] = useState("");
  const words = (fact: CallFact) => (language === "en" ? fact.text_en : fact.text_zh) ?? fact.text_en ?? (fact.data === undefined ? "" : JSON.stringify(fact.data));
  const needle = wanted.trim().toLowerCase();
  const shown = needle ? facts.filter((fact) => `${fact.code} ${words(fact)}`.toLowerCase().includes(needle)) : facts;
  return (
    <>
      <Input.Search allowClear className={styles.search} placeholder={t("facts.search")} aria-label={t("facts.search")} value={wanted} onChange={(event) => setWanted(event.target.value)} />
      <Table<CallFact>
        size="small"
        virtual
        rowKey="seq"
        pagination={false}
        scroll={{ x: 700, y: 380 }}
        dataSource={shown}
        locale={{ emptyText: <Empty title={t("facts.empty")} /> }}
        columns={[
          { title: t("facts.at"), width: 110, render: (_, { at }) => <span className="figures">{clock(Date.parse(at) - origin, 1)}</span> },
          { title: t("facts.code"), width: 190, dataIndex: "code", render: (code: string) => <code>{code}</code> },
          { title: t("facts.text"), render: (_, fact) => words(fact) },
        ]}
      />
    </>
  );
}
