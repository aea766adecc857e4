import type { AgentView, AlertView, CallView, Desk, Live, LiveFigures, QueueView } from "./types";

/** What the server sends over /v1/events. */
export type ServerEvent =
  | { kind: "snapshot"; seq: number; live?: Live | null; desk?: Desk | null }
  | {
      kind: "change";
      seq: number;
      at: string;
      queues?: QueueView[];
      agents?: AgentView[];
      calls?: CallView[];
      gone?: { calls?: string[]; agents?: string[] };
      alerts?: AlertView[];
      figures?: LiveFigures;
      desk?: Desk | null;
    }
  | Notice;

/** Something to tell the reader, once. */
export interface Notice {
  kind: "notice";
  code: string;
  text?: string;
  [more: string]: unknown;
}

/** What is going on, as far as this reader may see it. */
export interface LiveState {
  seq: number;
  live: Live | null;
  desk: Desk | null;
}

export const nothingYet: LiveState = { seq: 0, live: null, desk: null };

/** The state after an event. Notices change nothing. An event that is older than the state is dropped. */
export function applyEvent(state: LiveState, event: ServerEvent): LiveState {
  switch (event.kind) {
    case "snapshot":
      return { seq: event.seq, live: event.live ?? null, desk: event.desk ?? state.desk };
    case "change":
      if (event.seq <= state.seq) return state;
      return {
        seq: event.seq,
        live: state.live && {
          ...state.live,
          seq: event.seq,
          at: event.at,
          queues: merge(state.live.queues, event.queues, (queue) => queue.queue),
          agents: merge(state.live.agents, event.agents, (agent) => agent.agent, event.gone?.agents),
          calls: merge(state.live.calls, event.calls, (call) => call.call, event.gone?.calls),
          alerts: event.alerts ?? state.live.alerts,
          figures: event.figures ?? state.live.figures,
        },
        desk: event.desk === undefined ? state.desk : event.desk,
      };
    case "notice":
      return state;
  }
}

// Keeps the order, so that rows do not jump: changed ones stay where they are, new ones come last.
function merge<Item>(old: Item[], changed: Item[] | undefined, key: (item: Item) => string, gone: string[] = []): Item[] {
  if (!changed?.length && gone.length === 0) return old;
  const fresh = new Map((changed ?? []).map((item) => [key(item), item]));
  const left = new Set(gone);
  const kept = old.filter((item) => !left.has(key(item))).map((item) => {
    const now = fresh.get(key(item));
    fresh.delete(key(item));
    return now ?? item;
  });
  return [...kept, ...fresh.values()];
}
