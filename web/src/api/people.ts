// Accounts, roles, approvals and rules of login.

import type { Scope } from "./types";

export interface Person {
  user: string;
  name: string;
  display_name: string;
  unit?: string | null;
  unit_name?: string | null;
  roles: { role: string; place?: string | null }[];
  agent?: string | null;
  state: "active" | "locked" | "disabled" | "frozen";
  locked_until?: string | null;
  second_factor?: boolean;
  last_sign_in?: string | null;
}

/** What changed an account; a password made for it is told once. */
export interface Acted {
  password?: string | null;
  waits_for?: string | null;
}

export type UserAct = "disable" | "enable" | "unlock" | "reset-password" | "reset-second-factor";

export interface Role {
  role: string;
  zh?: string;
  en?: string;
  shipped?: boolean;
  second_factor?: boolean;
  permissions: Record<string, Scope>;
}

export interface PermissionInfo {
  code: string;
  summary?: string;
}

export interface Roles {
  items: Role[];
  permissions?: PermissionInfo[];
}

export interface ApprovalView {
  approval: string;
  asked_at: string;
  asked_by: string;
  act: string;
  subject: string;
  reason: string;
  state: string;
  mine?: boolean;
}

export interface Unit {
  unit: string;
  parent?: string | null;
  kind: "organisation" | "department" | "team";
  name: string;
}

export interface LoginRule {
  name: string;
  of: { kind: string; id?: string };
  must: { kind: "come_from" | "come_within" | "use_listed_device"; networks?: string[]; week?: Record<string, string> };
  otherwise: "refuse" | "second_factor";
}

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
