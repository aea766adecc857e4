import { useMemo } from "react";
import { useEvents } from "~/api/events";

type Option = { value: string; label: string };

interface Names {
  queues: Option[];
  agents: Option[];
  /** What people call an agent, and a queue; the code of one that has no name. */
  nameOf: (agent: string) => string;
  queueOf: (queue: string) => string;
}

/** The queues and agents one can choose from and what they are called, as far as one sees them live. */
export function useNames(): Names {
  const queues = useEvents((state) => state.live?.queues);
  const own = useEvents((state) => state.desk?.queues);
  const agents = useEvents((state) => state.live?.agents);
  return useMemo(() => {
    const names = new Map((agents ?? []).map(({ agent, display_name }) => [agent, display_name || agent]));
    const titles = new Map([...(own ?? []), ...(queues ?? [])].map(({ queue, title }) => [queue, title || queue]));
    return {
      queues: (queues ?? []).map(({ queue }) => ({ value: queue, label: titles.get(queue) ?? queue })),
      agents: [...names].map(([agent, name]) => ({ value: agent, label: name === agent ? agent : `${name}（${agent}）` })),
      nameOf: (agent) => names.get(agent) ?? agent,
      queueOf: (queue) => titles.get(queue) ?? queue,
    };
  }, [queues, own, agents]);
}
