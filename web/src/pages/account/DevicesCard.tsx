import { useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Card, Space } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import type { DeviceView } from "~/api/types";
import { Moment, ProblemNote, Query, StateTag, useSending } from "~/ui";
import { browserName } from "~/ui/browser-name";
import styles from "./account.module.css";

export function DevicesCard() {
  const { t } = useTranslation("account");
  const { message } = App.useApp();
  const queries = useQueryClient();
  const devices = useQuery({ queryKey: ["sessions"], queryFn: ({ signal }) => api.get<{ items: DeviceView[] }>("/sessions", undefined, signal) });
  const { send, busy, problem } = useSending(async (session: string) => {
    await api.delete(`/sessions/${session}`);
    await queries.invalidateQueries({ queryKey: ["sessions"] });
    message.success(t("devices.ended"));
  });
  return (
    <Card title={t("devices.title")}>
      <p className="soft">{t("devices.hint")}</p>
      <ProblemNote of={problem} />
      <Query of={devices} compact>
        {({ items }) => (
          <ul className={styles.devices}>
            {items.map((device) => (
              <li key={device.session} className={styles.device}>
                <div>
                  <Space wrap>
                    <strong>{browserName(device.user_agent)}</strong>
                    {device.current && <StateTag tone="good">{t("devices.current")}</StateTag>}
                    {device.voice && <StateTag tone="busy">{t("devices.voice")}</StateTag>}
                  </Space>
                  <p className="soft">
                    {t("devices.from", { address: device.address })} <Moment at={device.begun} /> · {t("devices.active")} <Moment at={device.active} />
                  </p>
                </div>
                {!device.current && (
                  <Button disabled={busy} onClick={() => void send(device.session)}>
                    {t("devices.end")}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        )}
      </Query>
    </Card>
  );
}
