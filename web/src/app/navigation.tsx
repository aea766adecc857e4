import type { ReactNode } from "react";
import {
  AuditOutlined,
  BarChartOutlined,
  BookOutlined,
  CustomerServiceOutlined,
  DashboardOutlined,
  HeartOutlined,
  MessageOutlined,
  MobileOutlined,
  PhoneOutlined,
  PlayCircleOutlined,
  RocketOutlined,
  SafetyCertificateOutlined,
  SettingOutlined,
  ShareAltOutlined,
  SoundOutlined,
  StopOutlined,
  TeamOutlined,
} from "@ant-design/icons";
import { may, type Need } from "~/api/me";
import { seeSheets } from "~/api/phones";
import type { Me } from "~/api/types";

export type PageName = "desk" | "check" | "first-run" | "wallboard" | "calls" | "recordings" | "reports" | "flows" | "prompts" | "knowledge" | "scripts" | "lists" | "config" | "phones" | "users" | "audit" | "health";

interface NavigationEntry {
  page: PageName;
  path: `/${PageName}`;
  group: "work" | "manage";
  icon: ReactNode;
  /** Any of these is enough. */
  needs: Need[];
}

/** Every page of the navigation, in its order. The first that somebody may see is the one he starts at. */
export const navigation: NavigationEntry[] = [
  { page: "desk", path: "/desk", group: "work", icon: <CustomerServiceOutlined />, needs: [{ permission: "desk.use", agent: true }] },
  { page: "wallboard", path: "/wallboard", group: "work", icon: <DashboardOutlined />, needs: [{ permission: "live.read" }] },
  { page: "calls", path: "/calls", group: "work", icon: <PhoneOutlined />, needs: [{ permission: "call.read" }] },
  { page: "recordings", path: "/recordings", group: "work", icon: <PlayCircleOutlined />, needs: [{ permission: "recording.play" }] },
  { page: "reports", path: "/reports", group: "work", icon: <BarChartOutlined />, needs: [{ permission: "report.read", atLeast: "team", path: "/v1/reports/volume" }] },
  { page: "check", path: "/check", group: "work", icon: <SafetyCertificateOutlined />, needs: [{ permission: "desk.use", agent: true }] },
  { page: "first-run", path: "/first-run", group: "manage", icon: <RocketOutlined />, needs: [{ permission: "policy.write", atLeast: "tenant", admin: true, path: "/v1/first-run" }] },
  { page: "flows", path: "/flows", group: "manage", icon: <ShareAltOutlined />, needs: [{ permission: "config.read", path: "/v1/flows" }] },
  { page: "prompts", path: "/prompts", group: "manage", icon: <SoundOutlined />, needs: [{ permission: "config.read", path: "/v1/prompts" }] },
  { page: "knowledge", path: "/knowledge", group: "manage", icon: <BookOutlined />, needs: [{ permission: "knowledge.write", path: "/v1/knowledge/{article}" }] },
  { page: "scripts", path: "/scripts", group: "manage", icon: <MessageOutlined />, needs: [{ permission: "script.write", path: "/v1/scripts/{queue}/{phase}" }] },
  { page: "lists", path: "/lists", group: "manage", icon: <StopOutlined />, needs: [{ permission: "list.read", path: "/v1/lists/{list}/entries" }] },
  { page: "config", path: "/config", group: "manage", icon: <SettingOutlined />, needs: [{ permission: "config.read", path: "/v1/config" }] },
  { page: "phones", path: "/phones", group: "manage", icon: <MobileOutlined />, needs: [seeSheets] },
  { page: "users", path: "/users", group: "manage", icon: <TeamOutlined />, needs: [{ permission: "user.read", atLeast: "team", admin: true, path: "/v1/users" }] },
  { page: "audit", path: "/audit", group: "manage", icon: <AuditOutlined />, needs: [{ permission: "audit.read", admin: true, path: "/v1/audit" }] },
  { page: "health", path: "/health", group: "manage", icon: <HeartOutlined />, needs: [{ permission: "health.read", path: "/v1/health" }] },
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
