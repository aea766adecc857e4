import { may, type Need } from "~/api/me";
import { seeSheets } from "~/api/phones";
import type { Me } from "~/api/types";

export type PageName = "desk" | "check" | "first-run" | "wallboard" | "calls" | "tickets" | "recordings" | "reports" | "flows" | "prompts" | "knowledge" | "scripts" | "pop" | "lists" | "config" | "phones" | "users" | "audit" | "health";

interface NavigationEntry {
  page: PageName;
  path: `/${PageName}`;
  group: "work" | "manage";
  /** Any of these is enough. */
  needs: Need[];
}

/** Every page of the navigation, in its order. The first that somebody may see is the one he starts at. */
export const navigation: NavigationEntry[] = [
  { page: "desk", path: "/desk", group: "work", needs: [{ permission: "desk.use", agent: true }] },
  { page: "wallboard", path: "/wallboard", group: "work", needs: [{ permission: "live.read" }] },
  { page: "calls", path: "/calls", group: "work", needs: [{ permission: "call.read" }] },
  { page: "tickets", path: "/tickets", group: "work", needs: [{ permission: "ticket.read", path: "/v1/tickets" }] },
  { page: "recordings", path: "/recordings", group: "work", needs: [{ permission: "recording.play" }] },
  { page: "reports", path: "/reports", group: "work", needs: [{ permission: "report.read", atLeast: "team", path: "/v1/reports/volume" }] },
  { page: "check", path: "/check", group: "work", needs: [{ permission: "desk.use", agent: true }] },
  { page: "first-run", path: "/first-run", group: "manage", needs: [{ permission: "policy.write", atLeast: "tenant", admin: true, path: "/v1/first-run" }] },
  { page: "flows", path: "/flows", group: "manage", needs: [{ permission: "config.read", path: "/v1/flows" }] },
  { page: "prompts", path: "/prompts", group: "manage", needs: [{ permission: "config.read", path: "/v1/prompts" }] },
  { page: "knowledge", path: "/knowledge", group: "manage", needs: [{ permission: "knowledge.write", path: "/v1/knowledge/{article}" }] },
  { page: "scripts", path: "/scripts", group: "manage", needs: [{ permission: "script.write", path: "/v1/scripts/{queue}/{phase}" }] },
  { page: "pop", path: "/pop", group: "manage", needs: [{ permission: "queue.write", admin: true, path: "/v1/units/{unit}/customer-layout" }] },
  { page: "lists", path: "/lists", group: "manage", needs: [{ permission: "list.read", path: "/v1/lists/{list}/entries" }] },
  { page: "config", path: "/config", group: "manage", needs: [{ permission: "config.read", path: "/v1/config" }] },
  { page: "phones", path: "/phones", group: "manage", needs: [seeSheets] },
  { page: "users", path: "/users", group: "manage", needs: [{ permission: "user.read", atLeast: "team", admin: true, path: "/v1/users" }] },
  { page: "audit", path: "/audit", group: "manage", needs: [{ permission: "audit.read", admin: true, path: "/v1/audit" }] },
  { page: "health", path: "/health", group: "manage", needs: [{ permission: "health.read", path: "/v1/health" }] },
];

/** The pages somebody may see. */
export function pagesOf(me: Me): NavigationEntry[] {
  return navigation.filter((entry) => entry.needs.some((need) => may(me, need)));
}

/** Where somebody starts after signing in. */
export function startOf(me: Me): NavigationEntry["path"] | "/account" {
  return pagesOf(me)[0]?.path ?? "/account";
}

/** What a page needs. */
export function needsOf(page: PageName): Need[] {
  return navigation.find((entry) => entry.page === page)?.needs ?? [];
}
