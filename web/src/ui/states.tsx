import type { ReactNode } from "react";
import { ApiOutlined, ClockCircleOutlined, DisconnectOutlined, InboxOutlined, LockOutlined, SearchOutlined, WarningOutlined } from "@ant-design/icons";
import type { UseQueryResult } from "@tanstack/react-query";
import { Button, Spin } from "antd";
import { useTranslation } from "react-i18next";
import { Problem } from "~/api/problem";
import { useProblemText } from "./problem-text";
import styles from "./ui.module.css";

interface StateProps {
  icon: ReactNode;
  title: ReactNode;
  hint?: ReactNode;
  compact?: boolean;
  children?: ReactNode;
}

function State({ icon, title, hint, compact, children }: StateProps) {
  return (
    <div className={`${styles.state} ${compact ? styles.compact : ""}`}>
      <span className={styles.stateIcon} aria-hidden>
        {icon}
      </span>
      <h2>{title}</h2>
      {hint != null && <p>{hint}</p>}
      {children}
    </div>
  );
}

/** Something is on its way. */
export function Loading({ compact = false }: { compact?: boolean }) {
  const { t } = useTranslation("app");
  return (
    <div className={`${styles.state} ${compact ? styles.compact : ""}`} role="status" aria-label={t("state.loading")}>
      <Spin delay={200} />
    </div>
  );
}

/** There is nothing to show; `hint` says when there will be, `children` what can be done now. */
export function Empty({ title, hint, children }: { title?: ReactNode; hint?: ReactNode; children?: ReactNode }) {
  const { t } = useTranslation("app");
  return (
    <State icon={<InboxOutlined />} title={title ?? t("state.empty")} hint={hint} compact>
      {children}
    </State>
  );
}

/** The server does not offer this yet. */
export function NotYet() {
  const { t } = useTranslation("app");
  return <State icon={<ClockCircleOutlined />} title={t("state.notYet")} hint={t("state.notYetHint")} />;
}

const icons: Record<string, ReactNode> = {
  forbidden: <LockOutlined />,
  not_found: <SearchOutlined />,
  network_lost: <DisconnectOutlined />,
  timed_out: <ApiOutlined />,
};

/** Why something could not be shown, what to do about it, and a way to try again. */
export function Failure({ error, retry, compact = false }: { error: unknown; retry?: () => void; compact?: boolean }) {
  const { t } = useTranslation("app");
  const text = useProblemText()(error);
  const details = error instanceof Problem ? null : error instanceof Error ? (error.stack ?? error.message) : String(error);
  return (
    <div role="alert">
      <State icon={icons[text.code] ?? <WarningOutlined />} title={text.what} hint={text.remedy} compact={compact}>
        {retry && (
          <Button type="primary" onClick={retry}>
            {t("act.retry")}
          </Button>
        )}
        {details && (
          <details className={styles.details}>
            <summary>{t("act.details")}</summary>
            <pre>{details}</pre>
          </details>
        )}
      </State>
    </div>
  );
}

/** Draws a query: loading, failure with a retry, or what it brought. */
export function Query<Data>({ of, compact, children }: { of: UseQueryResult<Data>; compact?: boolean; children: (data: Data) => ReactNode }) {
  if (of.data !== undefined) return <>{children(of.data)}</>;
  if (of.error) return <Failure error={of.error} retry={() => void of.refetch()} compact={compact} />;
  return <Loading compact={compact} />;
}
