// Accounts, roles, approvals and rules of login.

import { queryOptions } from "@tanstack/react-query";
import { api } from "./client";
import type { Narrowed, Said } from "./said";
import type { Scope } from "./types";

export type Person = Narrowed<"PersonView", { state: "active" | "locked" | "disabled" | "frozen" }>;

/** What changed an account; a password made for it is told once. */
export type Acted = Pick<Said["ActedView"], "password" | "waits_for">;

export type UserAct = "disable" | "enable" | "unlock" | "reset-password" | "reset-second-factor";

export interface Role {
  role: string;
  zh?: string;
  en?: string;
  shipped?: boolean;
  second_factor?: boolean;
  permissions: Record<string, Scope>;
}

export type PermissionInfo = Pick<Said["PermissionView"], "code"> & Partial<Pick<Said["PermissionView"], "summary">>;

export interface Roles {
  items: Role[];
  permissions?: PermissionInfo[];
}

export type Unit = Narrowed<"UnitView", { kind: "organisation" | "department" | "team" }>;

/** The organisation. */
export const unitsQuery = queryOptions({ queryKey: ["units"], queryFn: ({ signal }) => api.get<{ units: Unit[] }>("/units", undefined, signal), staleTime: 300_000, retry: false });

export type LoginRule = Said["RuleView"];

export interface LoginSimulated {
  let_in: "yes" | "no" | "second_factor" | boolean;
  why: ({ rule?: string; text: string } | string)[];
}

/** Every permission any role has, each once, in the server's order or by code. */
export function permissionsOf({ items, permissions }: Roles): PermissionInfo[] {
  if (permissions && permissions.length > 0) return permissions;
  return [...new Set(items.flatMap((role) => Object.keys(role.permissions)))].sort().map((code) => ({ code }));
}

/** What can be done to an account as it stands. */
export function actsOf({ state, second_factor }: Person): UserAct[] {
  const factor: UserAct[] = second_factor ? ["reset-second-factor"] : [];
  switch (state) {
    case "disabled":
      return ["enable"];
    case "locked":
    case "frozen":
      return ["unlock", "reset-password", ...factor, "disable"];
    case "active":
      return ["reset-password", ...factor, "disable"];
  }
}
