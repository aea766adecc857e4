import { BellOutlined, CheckCircleOutlined, WarningOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import type { AlertView, CallView } from "~/api/types";
import { useSaid } from "~/ui";
import { sortAlerts } from "./model";
import { Running } from "./Running";
import { SuperviseButtons } from "./Supervise";
import styles from "./wallboard.module.css";

const WORDED = ["help", "queue_wait", "trunk_down", "phone_lost", "recording", "disk", "nuisance"] as const;

/** What needs somebody: calls for help first, each with what can be done at once. */
export function Alerts({ alerts, calls, names, onAgent }: { alerts: AlertView[]; calls: CallView[]; names: ReadonlyMap<string, string>; onAgent: (agent: string) => void }) {
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
        const { code, call: id, agent, queue, trunk, number, since, lost } = alert;
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
              {lost && <Lost of={lost} />}
              {code === "phone_lost" && agent && (
                <Button type="link" size="small" onClick={() => onAgent(agent)}>
                  {t("alerts.phoneHistory", { agent: name })}
                </Button>
              )}
              {code === "help" && call && <SuperviseButtons call={call} agentName={name} labels />}
            </div>
            {since && <span className="soft"><Running since={since} /></span>}
          </li>
        );
      })}
    </ul>
  );
}

/** Which phone, why it is lost, and what to do. */
function Lost({ of }: { of: NonNullable<AlertView["lost"]> }) {
  const said = useSaid();
  return (
    <div className="soft">
      {of.phone && <span className="figures">{of.phone} · </span>}
      {said(of)}
      <div>{said({ zh: of.remedy_zh, en: of.remedy_en })}</div>
    </div>
  );
}
