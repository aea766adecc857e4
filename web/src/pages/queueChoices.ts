import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { api } from "~/api/client";
import { useMay } from "~/api/me";

interface Queues {
  items: { name: string; title?: string | null }[];
}

/** The queues one may choose from, by name; none where one may not see them. `of` says whether they are there yet. */
export function useQueueChoices(): { choices: { value: string; label: string }[]; of: UseQueryResult<Queues> } {
  const may = useMay();
  const enabled = may({ permission: "config.read", path: "/v1/queues" });
  const of = useQuery({ queryKey: ["queues"], queryFn: ({ signal }) => api.get<Queues>("/queues", undefined, signal), enabled, staleTime: 300_000, retry: false });
  return { choices: (of.data?.items ?? []).map(({ name, title }) => ({ value: name, label: title ?? name })), of };
}
