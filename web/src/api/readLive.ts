import type { AgentView, AlertView, CallView, Live, QueueView } from "./types";

/** The floor as the server says it, where it says more or less than the pages expect. */
interface Wire {
  agents: (Omit<AgentView, "display_name" | "since" | "skills"> & { display_name?: string; since?: string | null; skills?: string[] | Record<string, number> })[];
  calls: (Omit<CallView, "caller" | "supervised_by"> & { caller?: string | null; supervised_by?: (string | { agent: string })[] })[];
  queues: (Omit<QueueView, "longest_wait_ms"> & { longest_wait_ms?: number; waiting_since?: string | null })[];
  alerts: (Omit<AlertView, "code"> & { code?: string; kind?: string; subject?: string })[];
}

/** Makes a floor complete: names where none are given, lengths from instants, alerts by what they are about. */
export function readLive(live: Live): Live {
  const { agents, calls, queues, alerts } = live as unknown as Wire;
  return {
    ...live,
    agents: agents.map((agent) => ({ ...agent, display_name: agent.display_name ?? agent.agent, since: agent.since ?? live.at, skills: Array.isArray(agent.skills) ? agent.skills : Object.keys(agent.skills ?? {}) })),
    calls: calls.map((call) => ({ ...call, caller: call.caller ?? "", supervised_by: (call.supervised_by ?? []).map((one) => (typeof one === "string" ? one : one.agent)) })),
    queues: queues.map((queue) => ({ ...queue, longest_wait_ms: queue.longest_wait_ms ?? (queue.waiting_since ? Math.max(Date.parse(live.at) - Date.parse(queue.waiting_since), 0) : 0) })),
    alerts: alerts.map(readAlert),
  };
}

function readAlert(alert: Wire["alerts"][number]): AlertView {
  const code = alert.code ?? alert.kind ?? "";
  const { subject } = alert;
  if (subject === undefined) return { ...alert, code };
  const of: Partial<AlertView> = code === "help" ? { call: subject } : code === "trunk_down" ? { trunk: subject } : code === "nuisance" ? { number: subject } : code === "queue_wait" ? { queue: alert.queue ?? subject } : code === "phone_lost" ? { agent: alert.agent ?? subject } : { text: subject };
  return { ...alert, ...of, code };
}
