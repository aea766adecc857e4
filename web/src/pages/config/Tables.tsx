import { useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Alert, Input, Table, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { useMay } from "~/api/me";
import { seeSheets } from "~/api/phones";
import { usePreferences } from "~/app/preferences";
import { Empty } from "~/ui";
import { Offered } from "../Offered";
import styles from "./config.module.css";
import type { PolicyRow } from "./queries";

type Thing = { name: string } & Record<string, unknown>;

/** Columns are what the first rows have, so that nothing that is configured stays unseen. */
const COLUMNS_MAX = 8;
const LOOKED_AT = 50;

function columnsOf(things: readonly Thing[]): string[] {
  const names = new Set<string>();
  for (const thing of things.slice(0, LOOKED_AT)) {
    for (const [name, value] of Object.entries(thing)) if (name !== "name" && value !== null && value !== "") names.add(name);
  }
  return [...names].slice(0, COLUMNS_MAX);
}

/** Queues, agents, numbers or trunks as they are configured; changed in the text. */
export function Things({ of }: { of: "queues" | "agents" | "numbers" | "trunks" }) {
  const { t } = useTranslation("config");
  const linked = useMay()(seeSheets);
  const [wanted, setWanted] = useState("");
  const found = useQuery({
    queryKey: ["configured", of],
    queryFn: ({ signal }) => api.get<{ items: Thing[] } | Thing[]>(`/${of}`, undefined, signal).then((found) => (Array.isArray(found) ? found : found.items)),
    retry: false,
  });
  return (
    <Offered of={found}>
      {(things) => {
        const needle = wanted.trim().toLowerCase();
        const shown = needle ? things.filter((thing) => JSON.stringify(thing).toLowerCase().includes(needle)) : things;
        return (
          <>
            <Input.Search allowClear className={styles.search ?? ""} placeholder={t("list.search")} aria-label={t("list.search")} value={wanted} onChange={({ target }) => setWanted(target.value)} />
            <Table<Thing>
              rowKey="name"
              size="middle"
              dataSource={shown}
              pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false }}
              scroll={{ x: "max-content" }}
              locale={{ emptyText: <Empty title={t("list.empty")} /> }}
              columns={[{ title: t("list.name"), fixed: "start", render: (_, { name }) => <strong>{name}</strong> }, ...columnsOf(things).map((name) => ({ key: name, title: <code>{name}</code>, render: (_: unknown, thing: Thing) => (of === "agents" && name === "endpoints" && linked ? <Phones of={thing[name]} /> : <Shown of={thing[name]} />) }))]}
            />
          </>
        );
      }}
    </Offered>
  );
}

/** An agent's phones, each with the way to what it is set up with. */
function Phones({ of }: { of: unknown }) {
  return (Array.isArray(of) ? of : []).map((phone) => (
    <Tag key={String(phone)}>
      <Link to="/phones/$phone" params={{ phone: String(phone) }}>
        {String(phone)}
      </Link>
    </Tag>
  ));
}

/** A configured value as people read it. */
function Shown({ of }: { of: unknown }) {
  if (of === undefined || of === null || of === "") return <span className="soft">—</span>;
  if (Array.isArray(of)) return of.map((one, place) => <Tag key={place}>{typeof one === "string" ? one : JSON.stringify(one)}</Tag>);
  if (typeof of === "object") return Object.entries(of).map(([key, value]) => <Tag key={key}>{`${key} ${typeof value === "string" ? value : JSON.stringify(value)}`}</Tag>);
  return <span className="figures">{typeof of === "string" ? of : JSON.stringify(of)}</span>;
}

/** Every threshold with its value, where that comes from, and for which days it holds. */
export function Policies() {
  const { t } = useTranslation("config");
  const { language } = usePreferences();
  const [wanted, setWanted] = useState("");
  const found = useQuery({ queryKey: ["policies"], queryFn: ({ signal }) => api.get<{ items?: PolicyRow[]; policies?: PolicyRow[]; changes_on?: string | null }>("/policies", undefined, signal), retry: false });
  const days = ({ from, until }: PolicyRow) => [from && t("policy.from", { from }), until && t("policy.until", { until })].filter(Boolean).join(" ") || t("policy.always");
  return (
    <Offered of={found}>
      {({ items, policies, changes_on }) => {
        const needle = wanted.trim().toLowerCase();
        const rows = (items ?? policies ?? []).filter((row) => !needle || `${row.key} ${row.what} ${row.what_zh ?? ""}`.toLowerCase().includes(needle));
        return (
          <>
            {changes_on && <Alert className={styles.said ?? ""} type="info" showIcon title={t("policy.changes", { day: changes_on })} />}
            <Input.Search allowClear className={styles.search ?? ""} placeholder={t("policy.search")} aria-label={t("policy.search")} value={wanted} onChange={({ target }) => setWanted(target.value)} />
            <Table<PolicyRow>
              rowKey="key"
              size="small"
              dataSource={rows}
              pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false }}
              columns={[
                { title: t("policy.key"), width: 230, render: (_, { key }) => <code>{key}</code> },
                { title: t("policy.value"), width: 100, align: "end", render: (_, { value }) => <strong className="figures">{value}</strong> },
                { title: t("policy.what"), render: (_, { what, what_zh }) => (language === "en" ? what : (what_zh ?? what)) },
                {
                  title: t("policy.source"),
                  width: 260,
                  render: (_, { source, origin }) => (
                    <>
                      <Tag color={origin === "centre" ? "blue" : undefined}>{t(`policy.origin.${origin}`)}</Tag>
                      <span className="soft">{source}</span>
                    </>
                  ),
                },
                { title: t("policy.days"), width: 150, render: (_, row) => <span className="soft">{days(row)}</span> },
              ]}
            />
          </>
        );
      }}
    </Offered>
  );
}
