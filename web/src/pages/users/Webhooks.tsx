import { useState } from "react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Checkbox, DatePicker, Form, Input, Modal, Popconfirm, Space, Switch, Table } from "antd";
import type { Dayjs } from "dayjs";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { Empty, Moment, ProblemNote, Query, StateTag, useSending } from "~/ui";
import { Offered } from "../Offered";
import styles from "./users.module.css";

interface Webhook {
  webhook: string;
  name: string;
  url: string;
  events: string[];
  state: "on" | "paused" | "failed";
  made_by: string;
  made: string;
  cursor: string | null;
  waiting: number;
  tries: number;
  failing_since: string | null;
  next_try: string | null;
}
interface All {
  items: Webhook[];
  events: string[];
}
interface Made {
  webhook: Webhook;
  secret?: string | null;
}
interface Attempt {
  attempt: string;
  event: string;
  kind: string;
  at: string;
  took_ms: number;
  status: number | null;
  error: string | null;
}

const webhooks = { queryKey: ["webhooks"] };
const at = (webhook: Webhook, more = "") => `/webhooks/${encodeURIComponent(webhook.webhook)}${more}`;
const tones = { on: "good", paused: "idle", failed: "bad" } as const;

/** Programs of others that are told what happens: set up, watched, told again. */
export function Webhooks() {
  const { t } = useTranslation("users");
  const queries = useQueryClient();
  const [editing, setEditing] = useState<Webhook | "new" | null>(null);
  const [watching, setWatching] = useState<Webhook | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const all = useQuery({ ...webhooks, queryFn: ({ signal }) => api.get<All>("/webhooks", undefined, signal), refetchInterval: 10_000, retry: false });
  const refresh = () => queries.invalidateQueries(webhooks);
  const { send, busy, problem } = useSending(async (ask: () => Promise<unknown>) => {
    await ask();
    await refresh();
  });
  return (
    <Offered of={all}>
      {({ items, events }) => (
        <>
          <div className={styles.bar ?? ""}>
            <p className="soft">{t("webhook.hint")}</p>
            <Button type="primary" onClick={() => setEditing("new")}>
              {t("webhook.add")}
            </Button>
          </div>
          <ProblemNote of={problem} />
          {secret && <Alert type="success" showIcon closable={{ onClose: () => setSecret(null) }} title={t("webhook.secret")} description={<code data-testid="webhook-secret">{secret}</code>} />}
          <Table<Webhook>
            rowKey="webhook"
            size="small"
            pagination={false}
            dataSource={items}
            scroll={{ x: 960 }}
            locale={{ emptyText: <Empty title={t("webhook.empty")} /> }}
            columns={[
              {
                title: t("webhook.name"),
                render: (_, webhook) => (
                  <>
                    {webhook.name}
                    <div className="soft">{webhook.url}</div>
                  </>
                ),
              },
              { title: t("webhook.events"), render: (_, webhook) => (webhook.events.length === events.length ? t("webhook.everything") : webhook.events.join(", ")) },
              {
                title: t("webhook.state"),
                width: 200,
                render: (_, webhook) => (
                  <>
                    <StateTag tone={webhook.state === "on" && webhook.failing_since ? "warn" : tones[webhook.state]}>{t(webhook.state === "on" && webhook.failing_since ? "webhook.failing" : `webhook.is.${webhook.state}`)}</StateTag>
                    {webhook.failing_since && (
                      <div className="soft">
                        <Moment at={webhook.failing_since} /> {t("webhook.tries", { count: webhook.tries })}
                      </div>
                    )}
                  </>
                ),
              },
              { title: t("webhook.waiting"), dataIndex: "waiting", width: 90, align: "right" },
              { title: t("webhook.on"), width: 70, render: (_, webhook) => <Switch size="small" aria-label={t("webhook.on")} checked={webhook.state === "on"} disabled={busy} onChange={(on) => void send(() => api.patch(at(webhook), { state: on ? "on" : "paused" }))} /> },
              {
                title: t("act.more"),
                width: 250,
                render: (_, webhook) => (
                  <Space>
                    <Button size="small" onClick={() => setEditing(webhook)}>
                      {t("webhook.change")}
                    </Button>
                    <Button size="small" onClick={() => setWatching(webhook)}>
                      {t("webhook.attempts")}
                    </Button>
                    <Popconfirm title={t("webhook.sure")} onConfirm={() => void send(() => api.delete(at(webhook)))}>
                      <Button size="small" danger disabled={busy}>
                        {t("webhook.remove")}
                      </Button>
                    </Popconfirm>
                  </Space>
                ),
              },
            ]}
          />
          {editing && (
            <Edit
              of={editing === "new" ? null : editing}
              events={events}
              onCancel={() => setEditing(null)}
              onDone={(made) => {
                setEditing(null);
                setSecret(made.secret ?? null);
                void refresh();
              }}
            />
          )}
          {watching && <Attempts of={watching} onDone={() => { setWatching(null); void refresh(); }} />}
        </>
      )}
    </Offered>
  );
}

interface Fields {
  name: string;
  url: string;
  events: string[];
  new_secret?: boolean;
}

function Edit({ of, events, onDone, onCancel }: { of: Webhook | null; events: string[]; onDone: (made: Made) => void; onCancel: () => void }) {
  const { t } = useTranslation("users");
  const [form] = Form.useForm<Fields>();
  const { send, busy, problem } = useSending(async (fields: Fields) => {
    onDone(of ? await api.patch<Made>(at(of), fields) : await api.post<Made>("/webhooks", fields));
  });
  const required = [{ required: true, message: t("person.required") }];
  return (
    <Modal open title={t(of ? "webhook.change" : "webhook.add")} confirmLoading={busy} onOk={() => form.submit()} onCancel={onCancel}>
      <ProblemNote of={problem} />
      <Form form={form} layout="vertical" initialValues={of ?? { events }} onFinish={(fields: Fields) => void send(fields)}>
        <Form.Item name="name" label={t("webhook.name")} rules={required}>
          <Input maxLength={64} />
        </Form.Item>
        <Form.Item name="url" label={t("webhook.url")} rules={required} extra={t("webhook.urlHint")}>
          <Input placeholder="https://" />
        </Form.Item>
        <Form.Item name="events" label={t("webhook.events")} rules={required}>
          <Checkbox.Group options={events} />
        </Form.Item>
        {of && (
          <Form.Item name="new_secret" valuePropName="checked">
            <Checkbox>{t("webhook.newSecret")}</Checkbox>
          </Form.Item>
        )}
      </Form>
    </Modal>
  );
}

function Attempts({ of, onDone }: { of: Webhook; onDone: () => void }) {
  const { t } = useTranslation("users");
  const [from, setFrom] = useState<Dayjs | null>(null);
  const found = useQuery({ queryKey: ["webhook-attempts", of.webhook], queryFn: ({ signal }) => api.get<{ items: Attempt[] }>(at(of, "/attempts"), { limit: 200 }, signal), refetchInterval: 5_000, retry: false });
  const { send, busy, problem } = useSending(async (begin: string) => {
    await api.post(at(of, "/replay"), { from: begin });
    onDone();
  });
  return (
    <Modal open width={900} title={`${of.name} · ${t("webhook.attempts")}`} footer={null} onCancel={onDone}>
      <ProblemNote of={problem} />
      <Space className={styles.once ?? ""}>
        <DatePicker showTime={{ format: "HH:mm" }} format="YYYY-MM-DD HH:mm" aria-label={t("webhook.from")} onChange={setFrom} />
        <Button disabled={!from || busy} onClick={() => from && void send(from.toDate().toISOString())}>
          {t("webhook.replay")}
        </Button>
      </Space>
      <Query of={found} compact>
        {({ items }) => (
          <Table<Attempt>
            rowKey="attempt"
            size="small"
            pagination={{ pageSize: 10, hideOnSinglePage: true }}
            dataSource={items}
            scroll={{ x: 720 }}
            locale={{ emptyText: <Empty title={t("webhook.none")} /> }}
            columns={[
              { title: t("webhook.at"), width: 160, render: (_, { at }) => <Moment at={at} full /> },
              { title: t("webhook.event"), render: (_, { kind, event }) => <>{kind} <span className="soft">{event}</span></> },
              { title: t("webhook.answer"), render: (_, { status, error }) => <StateTag tone={error ? "bad" : "good"}>{error ?? String(status)}</StateTag> },
              { title: t("webhook.took"), width: 90, align: "right", render: (_, { took_ms }) => `${took_ms} ms` },
              {
                title: t("act.more"),
                width: 110,
                render: (_, { event }) => (
                  <Popconfirm title={t("webhook.againSure")} onConfirm={() => void send(event)}>
                    <Button size="small" disabled={busy}>
                      {t("webhook.again")}
                    </Button>
                  </Popconfirm>
                ),
              },
            ]}
          />
        )}
      </Query>
    </Modal>
  );
}
