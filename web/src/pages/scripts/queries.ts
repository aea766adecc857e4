import { queryOptions } from "@tanstack/react-query";
import { api } from "~/api/client";
import type { Said } from "~/api/said";
import type { ScriptPhase } from "~/api/work";

/** Stands in a path for all queues that have no lines of their own. */
export const EVERY_QUEUE = "*";
/** The longest lines of a phase, as the server takes them. */
export const LINES_CHARS_MAX = 4_000;

export type Lines = Said["LinesView"];
export type Words = Pick<Lines, "zh" | "en">;

const path = (queue: string, phase: ScriptPhase) => `/scripts/${encodeURIComponent(queue)}/${phase}`;

/** Every version of the lines of a phase, the newest first. */
export const versionsQuery = (queue: string, phase: ScriptPhase) =>
  queryOptions({ queryKey: ["script-versions", queue, phase], queryFn: ({ signal }) => api.get<{ items: Lines[] }>(path(queue, phase), undefined, signal), staleTime: 0, retry: 1 });

export const putScript = (queue: string, phase: ScriptPhase, { zh, en }: Words) => api.put<Lines>(path(queue, phase), { zh: zh.trim(), en: en.trim() });
