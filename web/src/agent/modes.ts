import { queryOptions } from "@tanstack/react-query";
import { create } from "zustand";
import { api } from "~/api/client";
import type { CallRow } from "~/api/types";

/** A way in which calls are placed. */
export interface CallingMode {
  mode: string;
  zh: string;
  en: string;
  hint_zh?: string | null;
  hint_en?: string | null;
  /** Since when it cannot be chosen any more; its calls and its help stay (TEL-13). */
  retired_at?: string | null;
  help?: string | null;
}

export const modesQuery = queryOptions({
  queryKey: ["calling-modes"],
  queryFn: ({ signal }) => api.get<{ items: CallingMode[]; preferred?: string | null }>("/me/calling-modes", undefined, signal),
  staleTime: 300_000,
});

/** The modes that can be chosen: those that are not retired. */
export function choosable(modes: CallingMode[]): CallingMode[] {
  return modes.filter(({ retired_at }) => !retired_at);
}

interface Dialled {
  call: string;
  to: string;
  mode: string | null;
  /** When it was dialled, as this machine's epoch milliseconds. */
  at: number;
}

/** For so long after dialling one's calls are asked for how it went. */
const ASKED_WITHIN_MS = 600_000;

/** The last number dialled here, for trying it another way. */
export const useDialled = create<{ last: Dialled | null; mode: string | null }>(() => ({ last: null, mode: null }));

/** Whether it is worth asking how the last dialled call went: its record is written a moment after its end. */
export function isAwaited(last: Dialled | null, rows: CallRow[], now: number): boolean {
  if (!last || now - last.at > ASKED_WITHIN_MS) return false;
  const row = rows.find(({ call }) => call === last.call);
  return !row || row.outcome === "live";
}

/** How one's last dialled call failed; none if it did not, or is not known yet. */
export function failedDial(last: Dialled | null, rows: CallRow[]): { dialled: Dialled; row: CallRow } | null {
  const row = last && rows.find(({ call }) => call === last.call);
  return row && row.outcome !== "answered" && row.outcome !== "live" ? { dialled: last, row } : null;
}
