import { ArrowRightOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Descriptions, Drawer, Space, Tag } from "antd";
import dayjs from "dayjs";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { useMay } from "~/api/me";
import { seePresence } from "~/api/phones";
import { isProblem } from "~/api/problem";
import type { Activity, AgentView, CallView, Presence } from "~/api/types";
import { Failure, Loading, StateTag } from "~/ui";
import { PhoneHistory } from "../phones/History";
import { useNames } from "../calls/names";
import { AgentTimeline } from "./AgentTimeline";
import { stateOf, TONE_OF } from "./model";
import { Running } from "./Running";
import { SuperviseButtons } from "./Supervise";

/** What an agent did, without gaps. */
export interface AgentSegment {
  from: string;
  to: string | null;
  presence: Presence;
  activity: Activity;
  reason?: string | null;
  call?: string | null;
}

/** One agent: his state, his day as a line, his calls. */
export function AgentDrawer({ agent, call, onClose }: { agent: AgentView | undefined; call: CallView | undefined; onClose: () => void }) {
  const { t } = useTranslation(["wallboard", "floor"]);
  const { queueOf } = useNames();
  const may = useMay();
  const from = dayjs().startOf("day").toISOString();
  const name = agent?.agent;
  const timeline = useQuery({
    queryKey: ["agent-timeline", name, from],
    enabled: name !== undefined,
    queryFn: ({ signal }) => api.get<{ segments: AgentSegment[] }>(`/agents/${encodeURIComponent(name ?? "")}/timeline`, { from }, signal),
    retry: false,
  });
  return (
    <Drawer open={agent !== undefined} onClose={onClose} title={agent?.display_name} size={640}>
      {agent && (
        <>
          <Descriptions
            column={1}
            size="small"
            items={[
              {
                key: "state",
                label: t("agent.state"),
                children: (
                  <Space>
                    <StateTag tone={TONE_OF[stateOf(agent)]}>{t(`floor:state.${stateOf(agent)}`)}</StateTag>
                    <Running since={agent.since} />
                  </Space>
                ),
              },
              { key: "queues", label: t("agent.queues"), children: agent.queues.map((queue) => <Tag key={queue}>{queueOf(queue)}</Tag>) },
              ...(agent.skills.length > 0 ? [{ key: "skills", label: t("agent.skills"), children: agent.skills.map((skill) => <Tag key={skill}>{skill}</Tag>) }] : []),
            ]}
          />
          {call && <SuperviseButtons call={call} agentName={agent.display_name} labels />}
          {!isProblem(timeline.error, "not_found") && (
            <>
              <h3>{t("agent.timeline")}</h3>
              {timeline.data ? <AgentTimeline segments={timeline.data.segments} /> : timeline.error ? <Failure error={timeline.error} retry={() => void timeline.refetch()} compact /> : <Loading compact />}
            </>
          )}
          {may(seePresence) && (
            <>
              <h3>{t("agent.phones")}</h3>
              <PhoneHistory agent={agent.agent} />
            </>
          )}
          <p>
            <Link to="/calls" search={{ from, agent: agent.agent } as never}>
              {t("agent.calls")} <ArrowRightOutlined />
            </Link>
          </p>
        </>
      )}
    </Drawer>
  );
}
