import { useState } from "react";
import { CheckCircleFilled, CloseCircleFilled, LoadingOutlined, MinusCircleOutlined } from "@ant-design/icons";
import { Button, Modal, Space } from "antd";
import { useTranslation } from "react-i18next";
import { useMe } from "~/api/me";
import { checks, runCheck, type Check, type CheckResult } from "~/softphone/check";
import { browserName } from "~/ui/browser-name";
import { useSending } from "~/ui";
import styles from "./agent.module.css";

type Results = Partial<Record<Check, CheckResult>>;

/** One button, a list of what works and what does not, and a file of it for whoever helps (AGT-10). */
export function DeviceCheck({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("desk");
  const me = useMe();
  const [running, setRunning] = useState<Check | null>(null);
  const [results, setResults] = useState<Results>({});
  const { send, busy } = useSending(async () => {
    setResults({});
    for (const check of checks) {
      setRunning(check);
      const result = await runCheck(check);
      setResults((before) => ({ ...before, [check]: result }));
      // Without a microphone there is nothing to hear.
      if (check === "microphone" && !result.ok) break;
    }
    setRunning(null);
  });
  const done = !busy && Object.keys(results).length > 0;
  const report = JSON.stringify({ user: me.name, agent: me.agent?.name, at: new Date().toISOString(), browser: browserName(navigator.userAgent), results }, null, 2);
  return (
    <Modal open title={t("check.title")} footer={null} onCancel={onClose} width={460}>
      <p className="soft">{t("check.hint")}</p>
      <ol className={styles.steps}>
        {checks.map((check) => (
          <Line key={check} check={check} result={results[check]} running={running === check} />
        ))}
      </ol>
      <Space>
        <Button type="primary" loading={busy} onClick={() => void send()}>
          {t("check.start")}
        </Button>
        {done && (
          <Button href={`data:application/json;charset=utf-8,${encodeURIComponent(report)}`} download={`device-check-${me.name}.json`}>
            {t("check.report")}
          </Button>
        )}
      </Space>
    </Modal>
  );
}

function Line({ check, result, running }: { check: Check; result?: CheckResult; running: boolean }) {
  const { t } = useTranslation("desk");
  const mark = running ? "running" : result ? (result.ok ? "done" : "failed") : "open";
  const icon = { running: <LoadingOutlined />, done: <CheckCircleFilled />, failed: <CloseCircleFilled />, open: <MinusCircleOutlined /> }[mark];
  const figure = result?.figure === undefined ? "" : ` ${t(check === "level" ? "check.decibels" : "check.milliseconds", { figure: result.figure })}`;
  return (
    <li data-mark={mark}>
      {icon} {t(`check.${check}`)}
      {figure}
      {running && (check === "level" || check === "echo") && <strong> {t(`check.${check}Now`)}</strong>}
      {result && !result.ok && <div className="soft">{t(`check.${check}Bad`)}</div>}
    </li>
  );
}
