import type { ReactNode } from "react";
import {
  ApartmentOutlined,
  ApiOutlined,
  CalendarOutlined,
  ClockCircleOutlined,
  CustomerServiceOutlined,
  EditOutlined,
  ExportOutlined,
  FieldNumberOutlined,
  GlobalOutlined,
  LogoutOutlined,
  MessageOutlined,
  PhoneOutlined,
  QuestionCircleOutlined,
  ReloadOutlined,
  RollbackOutlined,
  SmileOutlined,
  SoundOutlined,
  UnorderedListOutlined,
} from "@ant-design/icons";

const ICONS: Record<string, ReactNode> = {
  answer: <PhoneOutlined />,
  play: <SoundOutlined />,
  menu: <UnorderedListOutlined />,
  collect: <FieldNumberOutlined />,
  language: <GlobalOutlined />,
  survey: <SmileOutlined />,
  hours: <ClockCircleOutlined />,
  calendar: <CalendarOutlined />,
  branch: <ApartmentOutlined />,
  look_up: <ApiOutlined />,
  set: <EditOutlined />,
  loop: <ReloadOutlined />,
  queue: <CustomerServiceOutlined />,
  transfer: <ExportOutlined />,
  callback: <RollbackOutlined />,
  record: <MessageOutlined />,
  hangup: <LogoutOutlined />,
};

/** The picture of a kind of node. */
export function KindIcon({ of }: { of: string }) {
  return ICONS[of] ?? <QuestionCircleOutlined />;
}
