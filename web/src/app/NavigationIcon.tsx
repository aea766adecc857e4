import type { ComponentType } from "react";
import {
  AuditOutlined,
  BarChartOutlined,
  BookOutlined,
  CustomerServiceOutlined,
  DashboardOutlined,
  HeartOutlined,
  IdcardOutlined,
  MessageOutlined,
  MobileOutlined,
  PhoneOutlined,
  PlayCircleOutlined,
  ProfileOutlined,
  RocketOutlined,
  SafetyCertificateOutlined,
  SettingOutlined,
  ShareAltOutlined,
  SoundOutlined,
  StopOutlined,
  TeamOutlined,
} from "@ant-design/icons";
import type { PageName } from "./navigation";

const icons: Record<PageName, ComponentType<{ className?: string }>> = {
  desk: CustomerServiceOutlined,
  wallboard: DashboardOutlined,
  calls: PhoneOutlined,
  tickets: ProfileOutlined,
  recordings: PlayCircleOutlined,
  reports: BarChartOutlined,
  check: SafetyCertificateOutlined,
  "first-run": RocketOutlined,
  flows: ShareAltOutlined,
  prompts: SoundOutlined,
  knowledge: BookOutlined,
  scripts: MessageOutlined,
  pop: IdcardOutlined,
  lists: StopOutlined,
  config: SettingOutlined,
  phones: MobileOutlined,
  users: TeamOutlined,
  audit: AuditOutlined,
  health: HeartOutlined,
};

/** A page's picture in the navigation. Loaded after the sign-in: a picture for each page is no small part of a first load. */
export default function NavigationIcon({ page, className }: { page: PageName; className?: string }) {
  const Icon = icons[page];
  return <Icon className={className} />;
}
