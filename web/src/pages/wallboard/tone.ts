import { useQuery } from "@tanstack/react-query";
import { api } from "~/api/client";
import { useMay } from "~/api/me";
import type { Mode } from "./supervision";

interface Policies {
  items?: { key: string; value: string }[];
}

/** Whether agents hear a tone while they are listened to: how often, as the policy says it (`15s`); null for never (REC-18). */
export function toneOf({ items = [] }: Policies): string | null {
  const value = items.find(({ key }) => key === "supervision_tone")?.value;
  // Zero is never, in whatever unit.
  return value === undefined || /^0+\D*$/.test(value) ? null : value;
}

/** Whether an agent hears the tone in this mode: who has come in is heard himself. */
export const sounds = (mode: Mode): boolean => mode === "listen" || mode === "whisper";

/** The tone of this centre; null for none, and where one may not read its policies. */
export function useTone(): string | null {
  const may = useMay();
  const enabled = may({ permission: "config.read", path: "/v1/policies" });
  const found = useQuery({ queryKey: ["policies"], queryFn: ({ signal }) => api.get<Policies>("/policies", undefined, signal), enabled, staleTime: 60_000, retry: false });
  return found.data ? toneOf(found.data) : null;
}
