import { useQuery } from "@tanstack/react-query";
import { api } from "~/api/client";
import { useEvents } from "~/api/events";
import { Problem } from "~/api/problem";
import type { Desk, DeskCall } from "~/api/types";

/** The own desk: as events say it; asked for once, until they do. */
export function useDesk(): Desk | null {
  return useAskedDesk().desk;
}

/** The same, with what went wrong if there is none, and how to ask again. */
export function useAskedDesk(): { desk: Desk | null; error: unknown; retry: () => void } {
  const pushed = useEvents((events) => events.desk);
  const asked = useQuery({ queryKey: ["desk"], queryFn: ({ signal }) => api.get<Desk>("/me/desk", undefined, signal), enabled: pushed === null });
  return { desk: pushed ?? asked.data ?? null, error: asked.error, retry: () => void asked.refetch() };
}

/** The call the desk is about: being offered, running, or the one whose work is finished. */
export function callOf(desk: Desk | null): DeskCall | null {
  return desk?.offer ?? desk?.calls[0] ?? null;
}

export type StateTo = "sign_in" | "sign_out" | "available" | "break" | "end_wrap_up";
export type CallDo =
  | "hold" | "resume" | "transfer" | "escalate" | "consult" | "switch" | "complete" | "cancel_transfer"
  | "conference" | "leave" | "digits" | "release" | "help";
export type TargetKind = "agent" | "queue" | "flow" | "number";

/** Somebody or something a caller can be handed to, and whether it would work now. */
export interface Target {
  kind: TargetKind;
  name: string;
  label: string;
  state?: string | null;
  can: boolean;
  why?: string | null;
  remedy?: string | null;
}

export const deskActs = {
  setState: (to: StateTo, reason?: string) => api.post<void>("/me/state", { to, reason }),
  act: (call: string, what: CallDo, more: { target?: Pick<Target, "kind" | "name">; digits?: string } = {}) =>
    api.post<void>(`/calls/${call}/actions`, { do: what, digits: more.digits, target: more.target && { [more.target.kind]: more.target.name } }),
  dial: (to: string, how: { mode?: string; again?: string } = {}) => api.post<{ call: string | null }>("/calls", { to, first: "agent", ...how }),
};

/** Whether a failure means that this server does not have the end point at all: what needs it is not shown then. */
export function isAbsent(error: unknown): boolean {
  return error instanceof Problem && (error.code === "no_such_path" || error.status === 404 || error.status === 405 || error.status === 501);
}

/** Keeps a query of an end point that may not exist from being tried again and again. */
export const optional = { retry: false, staleTime: 60_000, refetchOnWindowFocus: false } as const;
