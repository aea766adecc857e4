import { useState } from "react";
import { DesktopOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Button, Card, Descriptions, Result } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { useMe } from "~/api/me";
import { Moment, ProblemNote, Query, useSending } from "~/ui";
import { browserName } from "~/ui/browser-name";

interface ScanView {
  device: string;
  ip: string;
  place?: string | null;
  at: string;
}

/** On the telephone: which machine wants to sign in as oneself, and whether it may (AGT-01). */
export default function Page() {
  const { t } = useTranslation(["account", "app"]);
  const { scan = "" } = useParams({ strict: false });
  const me = useMe();
  const [done, setDone] = useState<"confirm" | "refuse" | null>(null);
  const path = `/scans/${encodeURIComponent(scan)}`;
  const view = useQuery({ queryKey: ["scan", scan], queryFn: ({ signal }) => api.get<ScanView>(path, undefined, signal), retry: false, staleTime: Infinity });
  const { send, busy, problem } = useSending(async (act: "confirm" | "refuse") => {
    await api.post(`${path}/${act}`);
    setDone(act);
  });
  if (done) return <Result status={done === "confirm" ? "success" : "info"} title={t(done === "confirm" ? "account:scan.confirmed" : "account:scan.refused")} extra={<Link to="/">{t("app:act.home")}</Link>} />;
  return (
    <Card style={{ maxWidth: 460, margin: "0 auto" }} title={<><DesktopOutlined /> {t("account:scan.title")}</>}>
      <Query of={view} compact>
        {(seen) => (
          <>
            <p>{t("account:scan.ask", { name: me.display_name })}</p>
            <Descriptions
              column={1}
              items={[
                { key: "device", label: t("account:scan.device"), children: browserName(seen.device) },
                { key: "ip", label: t("account:scan.ip"), children: seen.ip },
                ...(seen.place ? [{ key: "place", label: t("account:scan.place"), children: seen.place }] : []),
                { key: "at", label: t("account:scan.at"), children: <Moment at={seen.at} full /> },
              ]}
            />
            <p className="soft">{t("account:scan.warn")}</p>
            <ProblemNote of={problem} />
            <div style={{ display: "grid", gap: 8 }}>
              <Button type="primary" size="large" block loading={busy} onClick={() => void send("confirm")}>
                {t("account:scan.confirm")}
              </Button>
              <Button size="large" danger block disabled={busy} onClick={() => void send("refuse")}>
                {t("account:scan.refuse")}
              </Button>
            </div>
          </>
        )}
      </Query>
    </Card>
  );
}
