import { queryOptions } from "@tanstack/react-query";
import { api } from "~/api/client";
import { readCall, readStory, readTrace } from "~/api/readRecords";
import type { Peaks } from "~/api/records";

const path = (call: string) => `/calls/${encodeURIComponent(call)}`;

/** A call that goes on is read again so often. */
const LIVE_MS = 5_000;

export const callQuery = (call: string) =>
  queryOptions({
    queryKey: ["call", call],
    queryFn: ({ signal }) => api.get<unknown>(path(call), undefined, signal).then((wire) => readCall(wire, call)),
    refetchInterval: ({ state }) => (state.data && !state.data.record.ended ? LIVE_MS : false),
  });

export const storyQuery = (call: string, started: string, ended: boolean) =>
  queryOptions({
    queryKey: ["call", call, "story", ended],
    queryFn: ({ signal }) => api.get<unknown>(`${path(call)}/story`, undefined, signal).then((wire) => readStory(wire, started)),
    refetchInterval: ended ? false : LIVE_MS,
  });

export const traceQuery = (call: string) =>
  queryOptions({ queryKey: ["call", call, "trace"], queryFn: ({ signal }) => api.get<unknown>(`${path(call)}/trace`, undefined, signal).then(readTrace), retry: false });

/** As many as the widest screen has pixels, several times over for a closer look. */
const POINTS = 6_000;

export const peaksQuery = (recording: string) =>
  queryOptions({
    queryKey: ["recording", recording, "peaks"],
    queryFn: ({ signal }) => api.get<Peaks>(`/recordings/${encodeURIComponent(recording)}/peaks`, { points: POINTS }, signal),
    staleTime: Infinity,
    retry: false,
  });
