import { useMemo } from "react";
import { useEvents } from "~/api/events";

type Option = { value: string; label: string };

/** The queues and agents one can choose from, as far as one sees them live. */
export function useNames(): { queues: Option[]; agents: Option[]; nameOf: (agent: string) => string } {
  const queues = useEvents((state) => state.live?.queues);
  const agents = useEvents((state) => state.live?.agents);
  return useMemo(() => {
    const names = new Map((agents ?? []).map(({ agent, display_name }) => [agent, display_name || agent]));
    return {
      queues: (queues ?? []).map(({ queue }) => ({ value: queue, label: queue })),
      agents: [...names].map(([agent, name]) => ({ value: agent, label: name === agent ? agent : `${name}（${agent}）` })),
      nameOf: (agent) => names.get(agent) ?? agent,
    };
  }, [queues, agents]);
}
