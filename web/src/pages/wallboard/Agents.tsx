import { useState } from "react";
import { Input, Segmented } from "antd";
import { useTranslation } from "react-i18next";
import type { AgentView, CallView } from "~/api/types";
import { Empty, StateTag } from "~/ui";
import { number } from "../figures";
import { AGENT_STATES, type AgentState, sortAgents, stateOf, TONE_OF } from "./model";
import { Running } from "./Running";
import { SuperviseButtons } from "./Supervise";
import styles from "./wallboard.module.css";

interface Props {
  agents: AgentView[];
  calls: CallView[];
  onOpen: (agent: string) => void;
}

/** A card for each agent, those in calls first. */
export function Agents({ agents, calls, onOpen }: Props) {
  const { t } = useTranslation(["wallboard", "floor"]);
  const [state, setState] = useState<AgentState | "all">("all");
  const [wanted, setWanted] = useState("");
  const counted = AGENT_STATES.map((one) => ({ state: one, count: agents.filter((agent) => stateOf(agent) === one).length }));
  const needle = wanted.trim().toLowerCase();
  const shown = sortAgents(agents).filter(
    (agent) =>
      (state === "all" || stateOf(agent) === state) &&
      (needle === "" || `${agent.display_name} ${agent.agent} ${agent.skills.join(" ")}`.toLowerCase().includes(needle)),
  );
  return (
    <>
      <div className={styles.agentsHead}>
        <h2>{t("agents.title")}</h2>
        <Segmented<AgentState | "all">
          value={state}
          onChange={setState}
          options={[
            { value: "all", label: `${t("agents.all")} ${agents.length}` },
            ...counted.filter(({ count, state: one }) => count > 0 || one === state).map(({ state: one, count }) => ({ value: one, label: `${t(`floor:state.${one}`)} ${count}` })),
          ]}
        />
        <Input.Search allowClear className={styles.agentSearch} placeholder={t("agents.search")} aria-label={t("agents.search")} value={wanted} onChange={(event) => setWanted(event.target.value)} />
      </div>
      {shown.length === 0 ? <Empty title={t("agents.empty")} /> : (
        <ul className={styles.agents}>
          {shown.map((agent) => (
            <AgentCard key={agent.agent} agent={agent} call={calls.find((call) => call.call === agent.call)} onOpen={onOpen} />
          ))}
        </ul>
      )}
    </>
  );
}

function AgentCard({ agent, call, onOpen }: { agent: AgentView; call: CallView | undefined; onOpen: (agent: string) => void }) {
  const { t } = useTranslation(["wallboard", "floor"]);
  const state = stateOf(agent);
  return (
    <li className={styles.agent} data-tone={TONE_OF[state]}>
      <button type="button" className={styles.agentName} onClick={() => onOpen(agent.agent)} aria-label={t("agents.open", { name: agent.display_name })}>
        {agent.display_name}
      </button>
      <span className={styles.agentSince}>
        <Running since={agent.since} />
      </span>
      <StateTag tone={TONE_OF[state]}>{t(`floor:state.${state}`)}</StateTag>
      <span className={`soft ${styles.agentCall}`}>
        {call ? <span className="figures">{number(call.direction === "outbound" ? call.called : call.caller)}</span> : agent.queues.join("、")}
      </span>
      {call && (state === "talking") && (
        <span className={styles.agentActs}>
          {call.supervised_by?.length ? <StateTag tone="after">{t("supervise.supervisedBy", { who: call.supervised_by.join("、") })}</StateTag> : <SuperviseButtons call={call} agentName={agent.display_name} />}
        </span>
      )}
    </li>
  );
}
