import { memo, useEffect } from "react";
import { Handle, type Node, type NodeProps, Position, useUpdateNodeInternals } from "@xyflow/react";
import { useTranslation } from "react-i18next";
import { share } from "../figures";
import { KindIcon } from "./icons";
import type { DraftNode, Way } from "./model/draft";
import { ENTRY } from "./model/layout";
import { says } from "./model/size";
import { stepOf } from "./model/steps";
import { summary } from "./model/summary";
import { useFlowWords } from "./words";
import styles from "./flows.module.css";

export interface FlowNodeData extends Record<string, unknown> {
  node: DraftNode;
  language: string;
  start: boolean;
  /** Whether ways can be drawn from here. */
  editable: boolean;
  /** How often each key is chosen, in thousandths. */
  shares: ReadonlyMap<string, number>;
  /** What the checker has against this node. */
  mistake: string | null;
  /** Its place in the walk that is lit up. */
  step: number | null;
  /** Whether the simulated call is here. */
  here: boolean;
}

export type FlowNodeType = Node<FlowNodeData, "step">;

/** The handle a way is drawn from. */
export const handleOf = (way: Pick<Way, "field" | "of">) => `${way.field}|${way.of ?? ""}`;
/** Drawn from here, a way takes the next free key. */
export const ADD_KEY = "keys|+";

/** Whether a node's keys can be added to by drawing. */
export const takesKeys = (node: DraftNode) => node.do === "menu" || node.do === "queue";

/** A node of the flow as a card: what it is, what is heard there, and a row for each way out. */
export const FlowNode = memo(function FlowNode({ id, data, selected }: NodeProps<FlowNodeType>) {
  const { t } = useTranslation("flows");
  const { kind, way: wayName } = useFlowWords();
  const update = useUpdateNodeInternals();
  const { node, start, editable, shares, mistake, step, here } = data;
  const handles = node.ways.map(handleOf).join(" ");
  useEffect(() => update(id), [id, handles, update]);
  const said = summary(node, data.language);
  return (
    <div className={styles.node} data-group={stepOf(node.do)?.group ?? "end"} data-selected={selected} data-mistake={mistake !== null} data-lit={step !== null} data-here={here} title={mistake ?? undefined}>
      <Handle type="target" position={Position.Left} id="in" style={{ top: ENTRY }} isConnectable={editable} />
      <header>
        <span className={styles.kind} aria-hidden>
          <KindIcon of={node.do} />
        </span>
        <span className={styles.names}>
          <strong>{node.name}</strong>
          <small>{kind(node.do)}</small>
        </span>
        {start && <em>{t("node.start")}</em>}
        {step !== null && <b className={styles.step}>{step}</b>}
      </header>
      {says(node) && <p title={said}>{said || <span className="soft">{t("prompt.empty")}</span>}</p>}
      {node.ways.map((way) => {
        const rate = way.label === "key" && way.of ? shares.get(way.of) : undefined;
        const broken = way.dangling || way.to === "";
        return (
          <div key={handleOf(way)} className={styles.way} data-broken={broken} data-ends={way.to === null}>
            {rate !== undefined && <i style={{ inlineSize: `${rate / 10}%` }} />}
            <span>{wayName(way, node.do)}</span>
            {rate !== undefined && <span className="soft figures">{share(rate)}</span>}
            {(way.to === null || broken) && (
              <span className={styles.end}>{way.again ? t(`way.${way.again}`) : way.to === null ? t("way.ends") : way.to === "" ? t("way.nowhere") : t("way.dangling", { to: way.to })}</span>
            )}
            <Handle type="source" position={Position.Right} id={handleOf(way)} isConnectable={editable} />
          </div>
        );
      })}
      {editable && takesKeys(node) && (
        <div className={styles.way} data-add>
          <span className="soft">{t("way.addKey")}</span>
          <Handle type="source" position={Position.Right} id={ADD_KEY} />
        </div>
      )}
    </div>
  );
});
