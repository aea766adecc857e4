// Prompts: what callers hear of recordings and words.

import { queryOptions } from "@tanstack/react-query";
import { api } from "./client";

export interface Sound {
  length_ms: number;
  level_dbov: number;
  peak_dbov: number;
  noise_dbov: number;
  silence_before_ms: number;
  silence_after_ms: number;
}

export interface PromptUse {
  kind: "flow" | "queue" | "number" | "list" | "centre";
  name: string;
  at: string;
}

export interface Prompt {
  name: string;
  kind: "file" | "speech";
  file?: string | null;
  text?: string | null;
  /** Only such a one can be changed here; the others are written in their flows. */
  own: boolean;
  used_by: PromptUse[];
  problem?: string | null;
  sound?: Sound | null;
}

export interface PromptChecked {
  ok: boolean;
  problem?: string | null;
  remedy?: string | null;
  remarks: string[];
  form?: string | null;
  rate_hz?: number | null;
  channels?: number | null;
  gain_db?: number | null;
  heard_ms?: number | null;
  sound?: Sound | null;
}

/** What a prompt is made of: a file, or words. */
export type Material = Blob | { say: string };

/** Audio may take a while to be sent and to be worked on. */
const timeoutMs = 60_000;

const path = (name: string) => `/prompts/${encodeURIComponent(name)}`;

export const promptsQuery = queryOptions({
  queryKey: ["prompts"],
  queryFn: ({ signal }) => api.get<{ items: Prompt[]; speaker: boolean }>("/prompts", undefined, signal, timeoutMs),
  retry: false,
});

export const checkPrompt = (name: string, material: Material) => api.post<PromptChecked>(`${path(name)}/check`, material, { timeoutMs });

export const previewPrompt = (name: string, material: Material) => api.post<Blob>(`${path(name)}/preview`, material, { timeoutMs, blob: true });

export const putPrompt = (name: string, material: Material, comment: string) => api.put<{ version: number }>(path(name), material, { timeoutMs, query: { comment } });

export const deletePrompt = (name: string) => api.delete<{ version: number }>(path(name));
