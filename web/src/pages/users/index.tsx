import { type ReactNode } from "react";
import { useQuery } from "@tanstack/react-query";
import { Card, Table, Tabs } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { permissionsOf, type Role, type Roles } from "~/api/people";
import { useMe } from "~/api/me";
import { usePreferences } from "~/app/preferences";
import { PageHead, StateTag } from "~/ui";
import { useAddress } from "../address";
import { Approvals } from "../approvals/Approvals";
import { Offered } from "../Offered";
import { People } from "./People";
import { Reviews } from "./Reviews";
import { Rules } from "./Rules";
import { Webhooks } from "./Webhooks";
import styles from "./users.module.css";

const TABS = ["people", "roles", "approvals", "rules", "reviews", "webhooks"] as const;
type Tab = (typeof TABS)[number];

/** What a tab asks; without it there is none. */
const served: Partial<Record<Tab, string>> = { reviews: "/v1/access-reviews", webhooks: "/v1/webhooks" };

export default function Page() {
  const { t } = useTranslation("users");
  const [search, change] = useAddress(["tab"]);
  const { offers } = useMe();
  const tabs = TABS.filter((one) => offers?.includes(served[one] ?? "/v1/users") ?? true);
  const tab = tabs.find((one) => one === search.tab) ?? "people";
  const bodies: Record<Tab, () => ReactNode> = { people: () => <People />, roles: () => <RoleMatrix />, approvals: () => <Approvals />, rules: () => <Rules />, reviews: () => <Reviews />, webhooks: () => <Webhooks /> };
  return (
    <>
      <PageHead title={t("title")} />
      <Card styles={{ body: { paddingTop: 4 } }}>
        <Tabs activeKey={tab} onChange={(tab) => change({ tab })} items={tabs.map((key) => ({ key, label: t(`tab.${key}`) }))} />
        {bodies[tab]()}
      </Card>
    </>
  );
}

/** The roles there are. */
export function useRoles() {
  return useQuery({ queryKey: ["roles"], queryFn: ({ signal }) => api.get<Roles>("/roles", undefined, signal), staleTime: 300_000, retry: false });
}

/** What each role may do, and how far. */
function RoleMatrix() {
  const { t } = useTranslation("users");
  const { language } = usePreferences();
  const nameOf = (role: Role) => (language === "en" ? role.en : role.zh) ?? role.role;
  return (
    <Offered of={useRoles()}>
      {(roles) => (
        <>
          <p className="soft">{t("roles.hint")}</p>
          <Table
            size="small"
            rowKey="code"
            pagination={false}
            dataSource={permissionsOf(roles)}
            scroll={{ x: 260 + roles.items.length * 96, y: "calc(100vh - 330px)" }}
            columns={[
              {
                title: t("roles.permission"),
                fixed: "start",
                width: 260,
                render: (_, { code, summary }) => (
                  <>
                    <code>{code}</code>
                    {summary && <div className={`soft ${styles.summary}`}>{summary}</div>}
                  </>
                ),
              },
              ...roles.items.map((role) => ({
                key: role.role,
                width: 96,
                align: "center" as const,
                title: (
                  <>
                    {nameOf(role)}
                    {role.second_factor && <div className={styles.summary}>{t("roles.factor")}</div>}
                  </>
                ),
                render: (_: unknown, { code }: { code: string }) => {
                  const scope = role.permissions[code];
                  return scope ? <StateTag tone={scope === "tenant" ? "warn" : scope === "own" ? "idle" : "busy"}>{t(`roles.scope.${scope}`)}</StateTag> : <span className="soft">{t("roles.none")}</span>;
                },
              })),
            ]}
          />
        </>
      )}
    </Offered>
  );
}
