import { useEffect, useRef } from "react";
import { CheckCircleFilled } from "@ant-design/icons";
import { Table, Tag } from "antd";
import { useTranslation } from "react-i18next";
import type { Decision } from "~/api/records";
import { Empty, formatClock } from "~/ui";
import { useNames } from "../calls/names";
import { clock } from "./model/axis";
import styles from "./call.module.css";

/** Why a call went to whom: who was considered, who was held back and why, who won. */
export function Decisions({ decisions, origin, picked }: { decisions: Decision[]; origin: number; picked: number | null }) {
  const { t } = useTranslation("call");
  if (decisions.length === 0) return <Empty title={t("decision.empty")} />;
  return (
    <div className={styles.decisions}>
      {decisions.map((decision, of) => (
        <One key={of} decision={decision} at={Date.parse(decision.at) - origin} picked={picked === of} />
      ))}
    </div>
  );
}

function One({ decision, at, picked }: { decision: Decision; at: number; picked: boolean }) {
  const { t } = useTranslation("call");
  const { nameOf, queueOf } = useNames();
  const card = useRef<HTMLElement>(null);
  useEffect(() => {
    if (picked) card.current?.scrollIntoView({ block: "nearest" });
  }, [picked]);
  const { strategy, winner, candidates, candidates_total, filtered, filtered_totals, needs, kept_for } = decision;
  const strategyKey = strategy as "longest_idle";
  const tied = candidates.some(({ tie }) => tie);
  const regional = candidates.some(({ region }) => region);
  const unlisted = filtered_totals.reduce((sum, { count }) => sum + count, 0) - filtered.length;
  return (
    <article ref={card} className={styles.decision} data-picked={picked}>
      <header>
        <span className="figures soft">{clock(at, 1)}</span>
        <strong>{t("decision.title", { queue: queueOf(decision.queue), time: formatClock(decision.waited_ms) })}</strong>
        <Tag>{t(`decision.strategies.${strategyKey}`, { defaultValue: strategy })}</Tag>
        {needs.map(({ skill, level }) => (
          <Tag key={skill} color="blue">{`${skill} ≥ ${level}`}</Tag>
        ))}
        {kept_for && <Tag color="gold">{t("decision.keptFor", { agent: nameOf(kept_for) })}</Tag>}
        <span className={styles.fill} />
        <span className={winner ? styles.won : styles.nobody}>{winner ? t("decision.won", { agent: nameOf(winner) }) : t("decision.nobody")}</span>
      </header>
      <div className={styles.considered}>
        <div>
          <h4>
            {t("decision.candidates")} <span className="soft">{candidates_total}</span>
          </h4>
          <Table
            size="small"
            pagination={false}
            rowKey="agent"
            dataSource={candidates}
            locale={{ emptyText: t("decision.noCandidates") }}
            columns={[
              { title: t("decision.rank"), width: 60, render: (_, __, place) => place + 1 },
              {
                title: t("decision.agent"),
                render: (_, { agent }) => (
                  <>
                    {nameOf(agent)} {agent === winner && <CheckCircleFilled className={styles.check} aria-label={t("decision.winner")} />}
                  </>
                ),
              },
              ...(regional ? [{ title: t("decision.region"), align: "end" as const, render: (_: unknown, { region }: Decision["candidates"][number]) => region ?? 0 }] : []),
              {
                title: <span title={t(`decision.scoredBy.${strategyKey}`, { defaultValue: "" })}>{t("decision.score")}</span>,
                align: "end",
                render: (_, { score }) => <span className="figures">{Math.abs(score).toLocaleString("en-US")}</span>,
              },
              ...(tied ? [{ title: t("decision.tie"), align: "end" as const, render: (_: unknown, { tie }: Decision["candidates"][number]) => <span className="figures">{(tie ?? 0).toLocaleString("en-US")}</span> }] : []),
            ]}
          />
          <p className="soft">{t(`decision.scoredBy.${strategyKey}`, { defaultValue: "" })}</p>
        </div>
        <div>
          <h4>
            {t("decision.filtered")} <span className="soft">{filtered_totals.reduce((sum, { count }) => sum + count, 0)}</span>
          </h4>
          {filtered.length === 0 ? (
            <p className="soft">{t("decision.noFiltered")}</p>
          ) : (
            <ul className={styles.filtered}>
              {filtered.map(({ agent, reason }) => (
                <li key={agent}>
                  <span>{nameOf(agent)}</span>
                  <span className="soft">{t(`decision.reasons.${reason as "kept"}`, { defaultValue: reason })}</span>
                </li>
              ))}
              {unlisted > 0 && <li className="soft">{t("decision.more", { count: unlisted })}</li>}
            </ul>
          )}
        </div>
      </div>
    </article>
  );
}
