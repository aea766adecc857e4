import { queryOptions, useSuspenseQuery } from "@tanstack/react-query";
import { api } from "./client";
import { lists } from "./offers";
import type { Me, Scope } from "./types";

const scopes: Scope[] = ["own", "team", "project", "department", "tenant"];

/** What somebody needs to see a page or a button. */
export interface Need {
  /** The permission's code. */
  permission: string;
  /** The narrowest scope that is enough; `own` if not given. */
  atLeast?: Scope;
  /** Only where administrators sign in. */
  admin?: boolean;
  /** Only for those who are agents. */
  agent?: boolean;
  /** Only where this path is served: `/v1/calls`. */
  path?: string;
}

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: ({ signal }) => api.get<Me>("/me", undefined, signal),
  staleTime: 60_000,
});

/** Who is signed in. Only below the signed-in part of the router, which has loaded it. */
export function useMe(): Me {
  return useSuspenseQuery(meQuery).data;
}

/** Whether somebody may do what a need describes. The server decides again; this only hides what would be refused. */
export function may(me: Me, need: Need): boolean {
  const scope = me.permissions[need.permission];
  if (!scope || scopes.indexOf(scope) < scopes.indexOf(need.atLeast ?? "own")) return false;
  if (need.path && me.offers && !lists(me.offers, need.path)) return false;
  return !(need.admin && me.listener !== "admin") && !(need.agent && !me.agent);
}

/** `may` for the one who is signed in. */
export function useMay(): (need: Need) => boolean {
  const me = useMe();
  return (need) => may(me, need);
}
