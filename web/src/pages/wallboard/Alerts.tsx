import { BellOutlined, CheckCircleOutlined, WarningOutlined } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import type { AlertView, CallView } from "~/api/types";
import { sortAlerts } from "./model";
import { Running } from "./Running";
import { SuperviseButtons } from "./Supervise";
import styles from "./wallboard.module.css";

const WORDED = ["help", "queue_wait", "trunk_down", "recording", "disk", "nuisance"] as const;

/** What needs somebody: calls for help first, each with what can be done at once. */
export function Alerts({ alerts, calls, names }: { alerts: AlertView[]; calls: CallView[]; names: ReadonlyMap<string, string> }) {
  const { t } = useTranslation("wallboard");
  if (alerts.length === 0) {
    return (
      <p className={styles.well}>
        <CheckCircleOutlined /> {t("alerts.none")}
      </p>
    );
  }
  return (
    <ul className={styles.alerts} aria-live="polite">
      {sortAlerts(alerts).map((alert) => {
        const { code, call: id, agent, queue, trunk, number, since } = alert;
        const call = calls.find((one) => one.call === id);
        const name = names.get(agent ?? "") ?? agent ?? "";
        const known = WORDED.find((one) => one === code);
        const words = known ? t(`alerts.${known}`, { agent: name, queue: queue ?? "", trunk: trunk ?? "", number: number ?? "" }) : (alert.text ?? t("alerts.other", { code }));
        return (
          <li key={`${code} ${id ?? queue ?? trunk ?? agent ?? number ?? ""}`} data-tone={code === "help" ? "help" : alert.level === "critical" ? "bad" : "warn"}>
            {code === "help" ? <BellOutlined /> : <WarningOutlined />}
            <div>
              <div>{words}</div>
              {known && alert.text && <div className="soft">{alert.text}</div>}
              {code === "help" && call && <SuperviseButtons call={call} agentName={name} labels />}
            </div>
            {since && <span className="soft"><Running since={since} /></span>}
          </li>
        );
      })}
    </ul>
  );
}
