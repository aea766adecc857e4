// Entries of callers' lists.

import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api } from "./client";

export type EntryState = "proposed" | "active" | "expired" | "removed" | "undone" | "replaced";

export interface ListRow {
  name: string;
  kind: "deny" | "allow" | "watch" | "class" | "exempt";
}

export interface Entry {
  entry: string;
  number: string;
  state: EntryState;
  until?: string | null;
  reason: string;
  owner: string;
  by?: string | null;
  source: "manual" | "import" | "auto";
  added_at: string;
  approved_by?: string | null;
  ended_by?: string | null;
  ended_at?: string | null;
  /** Another person approves it. */
  mine: boolean;
}

export interface Entries {
  items: Entry[];
  next: string | null;
  masked: boolean;
  active: number;
  proposed: number;
}

export interface Blocked extends Entry {
  list: string;
  talked: number;
  last_talk: string;
  turned_away: number;
}

export interface EntrySent {
  number: string;
  reason: string;
  days?: number;
  permanent?: boolean;
  owner?: string;
}

const path = (list: string) => `/lists/${encodeURIComponent(list)}/entries`;

export const listsQuery = queryOptions({ queryKey: ["lists"], queryFn: ({ signal }) => api.get<{ items: ListRow[] }>("/lists", undefined, signal), retry: false, staleTime: 60_000 });

export interface EntriesAsked {
  list: string;
  number: string;
  ended: boolean;
  /** Why whole numbers are shown. */
  unmask: string;
}

export const entriesQuery = ({ list, ...asked }: EntriesAsked) =>
  infiniteQueryOptions({
    queryKey: ["lists", list, "entries", asked],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => api.get<Entries>(path(list), { ...asked, limit: 100, cursor: pageParam }, signal),
    getNextPageParam: (last) => last.next,
    retry: false,
  });

export const blockedQuery = (unmask: string) =>
  queryOptions({ queryKey: ["lists", "blocked", unmask], queryFn: ({ signal }) => api.get<{ items: Blocked[]; masked: boolean }>("/reports/blocked-customers", { unmask, limit: 200 }, signal), retry: false });

export const addEntry = (list: string, entry: EntrySent) => api.post<{ entry: Entry | null }>(path(list), entry);

export const actOnEntry = (list: string, entry: string, act: "remove" | "approve", reason: string) => api.post<void>(`${path(list)}/${encodeURIComponent(entry)}/${act}`, { reason });
