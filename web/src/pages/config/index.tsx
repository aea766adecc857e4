import type { ReactNode } from "react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { Card, Tabs } from "antd";
import { useTranslation } from "react-i18next";
import { PageHead } from "~/ui";
import { Modules } from "./Modules";
import { configQuery } from "./queries";
import { Policies, Things } from "./Tables";
import { TextPart } from "./TextPart";
import { Versions } from "./Versions";

const PARTS = ["text", "queues", "agents", "numbers", "trunks", "policies", "modules", "versions"] as const;
type Part = (typeof PARTS)[number];

export default function Page() {
  const { t } = useTranslation("config");
  const { part: asked } = useParams({ strict: false });
  const navigate = useNavigate();
  const part = PARTS.find((one) => one === asked) ?? "text";
  const version = useQuery(configQuery).data?.version;
  const bodies: Record<Part, () => ReactNode> = {
    text: () => <TextPart />,
    queues: () => <Things key="queues" of="queues" />,
    agents: () => <Things key="agents" of="agents" />,
    numbers: () => <Things key="numbers" of="numbers" />,
    trunks: () => <Things key="trunks" of="trunks" />,
    policies: () => <Policies />,
    modules: () => <Modules />,
    versions: () => <Versions />,
  };
  return (
    <>
      <PageHead title={t("title")} hint={version !== undefined && t("version", { version })} />
      <Card styles={{ body: { paddingTop: 4 } }}>
        <Tabs activeKey={part} onChange={(part) => void navigate({ to: "/config/$part", params: { part } })} items={PARTS.map((key) => ({ key, label: t(`tab.${key}`) }))} />
        {bodies[part]()}
      </Card>
    </>
  );
}
