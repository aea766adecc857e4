import { queryOptions } from "@tanstack/react-query";
import { api } from "~/api/client";
import type { Provisioning } from "~/api/phones";

const path = (endpoint: string) => `/endpoints/${encodeURIComponent(endpoint)}`;

/** Agents as they are configured: who has which phones. */
export const ownersQuery = queryOptions({
  queryKey: ["configured", "phone-owners"],
  queryFn: ({ signal }) => api.get<{ items: { name: string; endpoints?: string[] }[] }>("/agents", undefined, signal).then(({ items }) => items),
});

export const sheetQuery = (endpoint: string) => queryOptions({ queryKey: ["provisioning", endpoint], queryFn: ({ signal }) => api.get<Provisioning>(`${path(endpoint)}/provisioning`, undefined, signal), staleTime: Infinity, retry: false });

export const resetPassword = (endpoint: string) => api.post<Provisioning>(`${path(endpoint)}/reset-password`);
