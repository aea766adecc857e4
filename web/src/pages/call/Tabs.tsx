import { useState } from "react";
import { Input, Table } from "antd";
import { useTranslation } from "react-i18next";
import type { CallFact, Story } from "~/api/records";
import { Empty, formatClock } from "~/ui";
import { clock } from "./model/axis";
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
