import { DownloadOutlined } from "@ant-design/icons";
import { Alert, Button, Card, Progress } from "antd";
import { useTranslation } from "react-i18next";
import { DeviceChoices } from "~/agent/DeviceChoices";
import { checks, networkLines, type Check, type CheckResult, type NetworkFigures, type NetworkPolicy } from "~/softphone/check";
import { usePhone } from "~/softphone/store";
import { ProblemNote } from "~/ui";
import { keepFile } from "./bundle";
import { useChecks } from "./useChecks";
import { VerdictMark } from "./VerdictMark";
import styles from "./check.module.css";

/** One button, a list of what works and what does not, and a report that stays with the agent (AGT-10, TEL-18). */
export function DevicePart() {
  const { t } = useTranslation("check");
  const inCall = usePhone((state) => state.call !== null);
  const { start, busy, problem, running, results, ask, answer, levelDb, sent, policy, report } = useChecks();
  const done = !busy && results.length === checks.length;
  return (
    <div className={styles.columns}>
      <Card
        size="small"
        title={t("device.title")}
        extra={
          <Button type="primary" loading={busy} disabled={inCall} onClick={() => void start()}>
            {t(results.length > 0 && !busy ? "device.again" : "device.start")}
          </Button>
        }
      >
        <p className="soft">{t(inCall ? "device.inCall" : "device.hint")}</p>
        {done && report && <Alert showIcon type={report.passed ? "success" : "error"} title={t(report.passed ? "device.passed" : "device.notPassed")} description={sent && t("device.sent", { report: sent })} style={{ marginBottom: 12 }} />}
        <ProblemNote of={problem} />
        <ol className={styles.list} aria-live="polite">
          {checks.map((check) => (
            <Line key={check} check={check} result={results.find((result) => result.check === check)} running={running === check} policy={policy}>
              {running === check && ask && <Now ask={ask} levelDb={levelDb} onAnswer={answer} />}
            </Line>
          ))}
        </ol>
        {done && report && (
          <Button icon={<DownloadOutlined />} onClick={() => keepFile(`device-check-${report.agent ?? "desk"}.json`, JSON.stringify(report, null, 2))}>
            {t("device.export")}
          </Button>
        )}
      </Card>
      <Card size="small" title={t("device.choices")}>
        <DeviceChoices />
      </Card>
    </div>
  );
}

interface LineProps {
  check: Check;
  result?: CheckResult;
  running: boolean;
  policy: NetworkPolicy;
  children: React.ReactNode;
}

function Line({ check, result, running, policy, children }: LineProps) {
  const { t } = useTranslation("check");
  return (
    <li>
      <div className={styles.lineHead}>
        <strong>{t(`check.${check}`)}</strong>
        <VerdictMark of={running ? "running" : (result?.level ?? "open")} />
      </div>
      {children}
      {result?.check === "microphone" && result.figures["speech_db"] !== undefined && <div className="soft figures">{t("device.microphone", { speech: result.figures["speech_db"], noise: result.figures["noise_db"] ?? 0, clipped: (result.figures["clipped_permille"] ?? 0) / 10 })}</div>}
      {result?.check === "network" && <Network figures={result.figures} policy={policy} />}
      {result?.cause && (
        <div className={styles.remedy}>
          {t(`cause.${result.cause as "silent"}`, { defaultValue: result.cause, real: policy.rate_kbps_real })}
        </div>
      )}
    </li>
  );
}

function Network({ figures, policy }: { figures: NetworkFigures; policy: NetworkPolicy }) {
  const { t } = useTranslation("check");
  const lines = networkLines(figures, policy);
  if (lines.length === 0) return null;
  return (
    <>
      <table className={styles.figures}>
        <thead>
          <tr>
            <th scope="col">{t("network.figure")}</th>
            <th scope="col">{t("network.measured")}</th>
            <th scope="col">{t("network.wanted")}</th>
            <th scope="col">{t("network.verdict")}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map(({ figure, value, limit, ok }) => (
            <tr key={figure}>
              <th scope="row">{t(`network.${figure}`)}</th>
              <td className="figures">{valueOf(figure, value)}</td>
              <td className="figures">{figure === "down_kbps" || figure === "up_kbps" ? `≥ ${valueOf(figure, limit)}` : `≤ ${valueOf(figure, limit)}`}</td>
              <td>
                <VerdictMark of={ok ? "ok" : "failed"} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="soft">
        {t("network.real", { real: policy.rate_kbps_real })} {figures.up_kbps === undefined && t("network.noUp")}
      </p>
    </>
  );
}

function valueOf(figure: keyof NetworkFigures, value: number): string {
  switch (figure) {
    case "down_kbps":
    case "up_kbps":
      return value >= 1_000 ? `${(value / 1_000).toFixed(1)} Mbit/s` : `${value} kbit/s`;
    case "rtt_ms":
    case "jitter_ms":
      return `${value} ms`;
    case "loss_permille":
      return `${value / 10} %`;
  }
}

/** From silence to full scale. */
const DB_MIN = -80;

function Now({ ask, levelDb, onAnswer }: { ask: NonNullable<ReturnType<typeof useChecks>["ask"]>; levelDb: number; onAnswer: (heard: boolean) => void }) {
  const { t } = useTranslation("check");
  return (
    <div className={styles.now}>
      <strong>{t(`ask.${ask}`)}</strong>
      {(ask === "quiet" || ask === "speak") && <Progress percent={Math.round(((Math.max(DB_MIN, levelDb) - DB_MIN) / -DB_MIN) * 100)} showInfo={false} size="small" aria-label={t("check.microphone")} />}
      {ask === "heard" && (
        <div className={styles.answers}>
          <Button type="primary" onClick={() => onAnswer(true)}>
            {t("ask.yes")}
          </Button>
          <Button onClick={() => onAnswer(false)}>{t("ask.no")}</Button>
        </div>
      )}
    </div>
  );
}
