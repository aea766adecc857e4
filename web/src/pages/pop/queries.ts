import { queryOptions } from "@tanstack/react-query";
import { api } from "~/api/client";
import type { Said } from "~/api/said";

const path = (unit: string) => `/units/${encodeURIComponent(unit)}/customer-layout`;

/** The fields that a unit's people see, its own or those of a unit above it. */
export const layoutQuery = (unit: string) =>
  queryOptions({ queryKey: ["customer-layout", unit], queryFn: async ({ signal }) => (await api.get<Said["LayoutView"]>(path(unit), undefined, signal)).fields, staleTime: 0, retry: 1 });

/** Sets them; without any, a unit follows the one above it. */
export const putLayout = (unit: string, fields: string[]) => api.put<void>(path(unit), { fields });
