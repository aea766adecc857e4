import { queryOptions } from "@tanstack/react-query";
import { api } from "~/api/client";
import type { Said } from "~/api/said";
import type { Page } from "~/api/types";

export interface Config {
  version: number;
  text: string;
  files?: Record<string, string>;
  applied_at?: string | null;
  by?: string | null;
}

/** A mistake at its place; without a file it is in the main text. */
export interface ConfigMistake {
  file?: string | null;
  line?: number | null;
  column?: number | null;
  place?: string | null;
  problem: string;
  remedy?: string | null;
}

export interface ConfigChecked {
  mistakes: ConfigMistake[];
  warnings?: string[];
  difference?: string | null;
}

export type ConfigVersion = Said["ConfigVersionView"];

export interface PolicyRow {
  key: string;
  value: string;
  what: string;
  what_zh?: string | null;
  requirements?: string[];
  origin: "shipped" | "centre";
  source: string;
  from?: string | null;
  until?: string | null;
}

export const configQuery = queryOptions({ queryKey: ["config"], queryFn: ({ signal }) => api.get<Config>("/config", undefined, signal), staleTime: 60_000, retry: false });

export const configCheckQuery = (text: string, files: Record<string, string> | undefined) =>
  queryOptions({ queryKey: ["config", "check", text], queryFn: ({ signal }) => api.post<ConfigChecked>("/config/check", { text, files }, { signal }), staleTime: Infinity, gcTime: 60_000, retry: false });

export const configVersionsQuery = queryOptions({ queryKey: ["config", "versions"], queryFn: ({ signal }) => api.get<Page<ConfigVersion>>("/config/versions", undefined, signal), retry: false });

export const configVersionQuery = (version: number) =>
  queryOptions({ queryKey: ["config", "version", version], queryFn: ({ signal }) => api.get<Config>(`/config/versions/${version}`, undefined, signal), staleTime: Infinity, retry: false });

/** The line a mistake stands in; a place in words names it as `line 12`. */
export function lineOfMistake({ line, place }: ConfigMistake): number {
  return line ?? Number(/line (\d+)/.exec(place ?? "")?.[1] ?? 1);
}
