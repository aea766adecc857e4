import type { ReactNode } from "react";
import { ClockCircleOutlined, LogoutOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { create } from "zustand";
import { sessionLeftMs, SKEW_MS_MAX, useAnswered, useClock, WARN_MS } from "~/api/clock";
import { meQuery } from "~/api/me";
import { usePhone } from "~/softphone/store";
import { formatDuration, useNow } from "~/ui";
import styles from "./shell.module.css";

/** Whether the login ended while a call went on: the call is not touched, the rest waits for its end (SEC-26). */
export const useSessionOver = create<{ over: boolean }>(() => ({ over: false }));

export function Banner({ icon, children, action, tone = "warn" }: { icon: ReactNode; children: ReactNode; action?: ReactNode; tone?: "warn" | "bad" }) {
  return (
    <div className={styles.banner} data-tone={tone} role="status">
      {icon}
      <span>{children}</span>
      {action}
    </div>
  );
}

/** What everybody who is signed in should know of his machine and his login. */
export function Banners() {
  return (
    <>
      <ClockBanner />
      <SessionBanner />
    </>
  );
}

function useWords(): (ms: number) => string {
  const { t } = useTranslation("app");
  return (ms) => formatDuration(ms, (unit, count) => t(`duration.${unit}`, { count }));
}

function ClockBanner() {
  const { t } = useTranslation("app");
  const words = useWords();
  const aheadMs = useClock((clock) => clock.aheadMs);
  if (Math.abs(aheadMs) <= SKEW_MS_MAX) return null;
  return <Banner icon={<ClockCircleOutlined />}>{t(aheadMs > 0 ? "clock.fast" : "clock.slow", { time: words(Math.abs(aheadMs)) })}</Banner>;
}

function SessionBanner() {
  const { t } = useTranslation("app");
  const words = useWords();
  const over = useSessionOver((session) => session.over);
  const inCall = usePhone((phone) => phone.call !== null);
  const me = useQuery(meQuery);
  const answeredAt = useAnswered((answered) => answered.at);
  const leftMs = sessionLeftMs(me.data?.session_ends, me.dataUpdatedAt, answeredAt, useNow());
  if (over) {
    return (
      <Banner icon={<LogoutOutlined />} tone="bad">
        {t("session.over")} · {t("session.overHint")}
      </Banner>
    );
  }
  // A call keeps the session alive.
  if (leftMs === null || leftMs > WARN_MS || inCall) return null;
  const stay = (
    <Button size="small" onClick={() => void me.refetch()}>
      {t("session.stay")}
    </Button>
  );
  return (
    <Banner icon={<ClockCircleOutlined />} action={stay}>
      {t("session.expires", { time: words(leftMs) })}
    </Banner>
  );
}
