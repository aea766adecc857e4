import { DownloadOutlined } from "@ant-design/icons";
import { Alert, Button, Card } from "antd";
import { useTranslation } from "react-i18next";
import { useMe } from "~/api/me";
import { useSending } from "~/ui";
import { useServed } from "~/work/served";
import { useBundle } from "./useBundle";
import { diagnose, places, useLastDiagnosis, type DiagnosisLine } from "./diagnosis";
import { VerdictMark } from "./VerdictMark";
import styles from "./check.module.css";

/** Everything between the headset and the carrier, by one button, within half a minute (DIA-03). */
export function DiagnosisPart() {
  const { t } = useTranslation("check");
  const { lines, tookMs, busy, run } = useDiagnosis();
  const keep = useBundle();
  const failed = lines.filter(({ level }) => level === "failed" || level === "warning").length;
  return (
    <Card
      size="small"
      title={t("diagnosis.title")}
      extra={
        <Button type="primary" loading={busy} onClick={() => void run()}>
          {t("diagnosis.start")}
        </Button>
      }
    >
      <p className="soft">{t("diagnosis.hint")}</p>
      {!busy && tookMs !== null && <Alert showIcon type={failed === 0 ? "success" : "warning"} title={failed === 0 ? t("diagnosis.fine") : t("diagnosis.found", { count: failed })} description={t("diagnosis.took", { seconds: (tookMs / 1_000).toFixed(1) })} style={{ marginBottom: 12 }} />}
      <DiagnosisList lines={lines} />
      {!busy && lines.length > 0 && (
        <Button icon={<DownloadOutlined />} onClick={() => keep({})}>
          {t("support.keep")}
        </Button>
      )}
    </Card>
  );
}

export function useDiagnosis() {
  const me = useMe();
  const served = useServed();
  const { lines, tookMs } = useLastDiagnosis();
  const { send, busy } = useSending(async () => {
    const began = Date.now();
    useLastDiagnosis.setState({ lines: [], tookMs: null });
    await diagnose(me.agent !== null && served("/v1/me/diagnosis"), (line) => useLastDiagnosis.setState((last) => ({ lines: [...last.lines, line] })));
    useLastDiagnosis.setState({ tookMs: Date.now() - began });
  });
  return { lines, tookMs, busy, run: send };
}

export function DiagnosisList({ lines }: { lines: DiagnosisLine[] }) {
  const { t } = useTranslation("check");
  return (
    <div className={styles.places}>
      {places.map((place) => {
        const own = lines.filter((line) => line.place === place);
        if (own.length === 0) return null;
        return (
          <section key={place}>
            <h3>{t(`place.${place}`)}</h3>
            <ol className={styles.list}>
              {own.map((line, at) => (
                <li key={`${line.check}${at}`}>
                  <div className={styles.lineHead}>
                    <strong>{t(`check.${line.check as "route"}`, { defaultValue: line.check })}</strong>
                    <VerdictMark of={line.level} />
                  </div>
                  {line.found && place === "server" && <div className="soft">{line.found}</div>}
                  {(line.remedy || line.cause) && <div className={styles.remedy}>{line.remedy ?? t(`cause.${line.cause as "silent"}`, { defaultValue: line.cause ?? "" })}</div>}
                </li>
              ))}
            </ol>
          </section>
        );
      })}
    </div>
  );
}
