// Flows: what they are, what the checker and the simulator say of them.

import { queryOptions } from "@tanstack/react-query";
import { api } from "./client";
import type { Said } from "./said";
import type { Page } from "./types";

export interface FlowRow {
  name: string;
  title?: string | null;
  nodes: number;
  used_by: string[];
  version: number;
  ok?: boolean | null;
}

/** A mistake in the text. Lines and columns count from 1. */
export interface Mistake {
  line: number;
  column: number;
  problem: string;
  remedy?: string | null;
}

/** Why a flow may not be published, and the way that shows it. */
export interface CounterExample {
  problem: string;
  code?: string | null;
  line?: number | null;
  path: { node: string; label?: string | null }[];
  heard?: string[];
}

export interface Proof {
  ok: boolean;
  depth?: number | null;
  situations?: number | null;
  warnings?: string[];
  counter_examples?: CounterExample[];
}

export interface Checked {
  mistakes: Mistake[];
  proof: Proof | null;
}

export interface FlowDetail {
  name: string;
  text: string;
  version?: number;
  proof?: Proof | null;
}

export type FlowVersion = Said["FlowVersionView"];

export type SimulatorStep = { press: string } | { wait: true } | { hang_up: true };

export interface Simulated {
  steps: { node: string; kind?: string; heard: string[]; by?: string | null }[];
  /** None: it is over. */
  waits_for?: "key" | "agent" | "talk_end" | null;
  end?: { cause: string; text?: string | null } | null;
  /** Every way a caller can take, as lines. */
  tree?: string[];
}

/** How often each way of a node was taken. */
export type FlowStats = Said["FlowStatsView"];

const path = (flow: string) => `/flows/${encodeURIComponent(flow)}`;

export const flowsQuery = queryOptions({ queryKey: ["flows"], queryFn: ({ signal }) => api.get<FlowRow[] | Page<FlowRow>>("/flows", undefined, signal).then((found) => (Array.isArray(found) ? found : found.items)) });

export const flowQuery = (flow: string) => queryOptions({ queryKey: ["flow", flow], queryFn: ({ signal }) => api.get<FlowDetail>(path(flow), undefined, signal), staleTime: Infinity });

export const checkQuery = (flow: string, text: string) =>
  queryOptions({ queryKey: ["flow", flow, "check", text], queryFn: ({ signal }) => api.post<Checked>(`${path(flow)}/check`, { text }, { signal }), staleTime: Infinity, gcTime: 60_000 });

export const simulateQuery = (flow: string, text: string, steps: SimulatorStep[], at: string | undefined) =>
  queryOptions({
    queryKey: ["flow", flow, "simulate", text, steps, at],
    queryFn: ({ signal }) => api.post<Simulated>(`${path(flow)}/simulate`, { text, steps, at }, { signal }),
    staleTime: Infinity,
    gcTime: 60_000,
    retry: false,
  });

export const versionsQuery = (flow: string) => queryOptions({ queryKey: ["flow", flow, "versions"], queryFn: ({ signal }) => api.get<Page<FlowVersion>>(`${path(flow)}/versions`, undefined, signal), retry: false });

export const versionQuery = (flow: string, version: number) =>
  queryOptions({ queryKey: ["flow", flow, "version", version], queryFn: ({ signal }) => api.get<{ text: string }>(`${path(flow)}/versions/${version}`, undefined, signal), staleTime: Infinity });

export const statsQuery = (flow: string) => queryOptions({ queryKey: ["flow", flow, "stats"], queryFn: ({ signal }) => api.get<FlowStats>(`${path(flow)}/stats`, { days: 30 }, signal), retry: false, staleTime: 300_000 });

/** A flow that ships with the program, to be copied and changed. */
export interface FlowTemplate {
  name: string;
  zh: string;
  en: string;
  text: string;
}

export const templatesQuery = queryOptions({ queryKey: ["flow-templates"], queryFn: ({ signal }) => api.get<{ items: FlowTemplate[] }>("/flow-templates", undefined, signal), retry: false, staleTime: Infinity });

export const deleteFlow = (flow: string) => api.delete<{ version: number }>(path(flow));

export function publishFlow(flow: string, text: string, comment: string, base: number | undefined): Promise<{ version: number }> {
  return api.put(path(flow), { text, comment, base_version: base });
}
