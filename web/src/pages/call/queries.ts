import { queryOptions } from "@tanstack/react-query";
import { api } from "~/api/client";
import type { CallDetail, Peaks, RecordingRow, Story, Trace } from "~/api/records";
import type { Page } from "~/api/types";

const path = (call: string) => `/calls/${encodeURIComponent(call)}`;

/** A call that goes on is read again so often. */
const LIVE_MS = 5_000;

export const callQuery = (call: string) =>
  queryOptions({
    queryKey: ["call", call],
    queryFn: ({ signal }) => api.get<CallDetail>(path(call), undefined, signal),
    refetchInterval: ({ state }) => (state.data && !state.data.record.ended ? LIVE_MS : false),
  });

export const storyQuery = (call: string, ended: boolean) =>
  queryOptions({
    queryKey: ["call", call, "story", ended],
    queryFn: ({ signal }) => api.get<Story>(`${path(call)}/story`, undefined, signal),
    refetchInterval: ended ? false : LIVE_MS,
  });

export const traceQuery = (call: string) =>
  queryOptions({ queryKey: ["call", call, "trace"], queryFn: ({ signal }) => api.get<Trace>(`${path(call)}/trace`, undefined, signal), retry: false });

export const recordingsQuery = (call: string) =>
  queryOptions({ queryKey: ["call", call, "recordings"], queryFn: ({ signal }) => api.get<Page<RecordingRow>>("/recordings", { call }, signal), retry: false });

/** As many as the widest screen has pixels, several times over for a closer look. */
const POINTS = 6_000;

export const peaksQuery = (recording: string) =>
  queryOptions({
    queryKey: ["recording", recording, "peaks"],
    queryFn: ({ signal }) => api.get<Peaks>(`/recordings/${encodeURIComponent(recording)}/peaks`, { points: POINTS }, signal),
    staleTime: Infinity,
    retry: false,
  });
