import { useState } from "react";
import { EditOutlined, HistoryOutlined } from "@ant-design/icons";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Card, Form, Input, Modal } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { useMe } from "~/api/me";
import { type Customer, standardFields } from "~/api/work";
import { Empty, Failure, Loading, Moment, ProblemNote, Query, useSaid, useSending } from "~/ui";
import { CustomerFields, CustomerWho, useFieldName } from "./CustomerFields";
import { Line } from "./Lines";
import { valuesOf } from "./places";
import { changesQuery, customerQuery } from "./queries";
import { useServed } from "./served";
import styles from "./work.module.css";

/** Who calls, what to greet him by, and what is known of him, in the order of the team's layout (AGT-02, AGT-09). */
export function CustomerCard({ number: of, greet }: { number: string; greet: boolean }) {
  const { t } = useTranslation("work");
  const found = useQuery(customerQuery(of));
  if (found.data) return <Known customer={found.data} greet={greet} />;
  return <Card size="small" title={t("customer.title")}>{found.error ? <Failure error={found.error} retry={() => void found.refetch()} compact /> : <Loading compact />}</Card>;
}

function Known({ customer, greet }: { customer: Customer; greet: boolean }) {
  const { t } = useTranslation("work");
  const said = useSaid();
  const served = useServed();
  const me = useMe();
  const [open, setOpen] = useState<"edit" | "changes" | null>(null);
  return (
    <Card
      size="small"
      title={<CustomerWho customer={customer} />}
      extra={
        <>
          {served("/v1/customers/{number}", "customer.write") && <Button type="text" size="small" icon={<EditOutlined />} aria-label={t("customer.edit")} title={t("customer.edit")} onClick={() => setOpen("edit")} />}
          {served("/v1/customers/{number}/changes", "customer.read") && <Button type="text" size="small" icon={<HistoryOutlined />} aria-label={t("customer.changes")} title={t("customer.changes")} onClick={() => setOpen("changes")} />}
        </>
      }
    >
      {customer.crm?.state === "down" && <Alert type="warning" showIcon title={t("customer.crmDown")} style={{ marginBottom: 8 }} />}
      {greet && customer.greeting && (
        <p className={styles.greeting} data-class={customer.class}>
          <span className={styles.label}>{t("customer.greeting")}</span>
          <strong><Line text={said(customer.greeting)} values={valuesOf(customer, { number: customer.number, queue: null, agent: me.display_name, centre: me.company })} /></strong>
          {customer.class_reason && <span className="soft">{t("customer.because", { reason: customer.class_reason })}</span>}
        </p>
      )}
      <CustomerFields customer={customer} />
      {open === "edit" && <EditDialog customer={customer} onClose={() => setOpen(null)} />}
      {open === "changes" && <ChangesDialog number={customer.number} onClose={() => setOpen(null)} />}
    </Card>
  );
}

function EditDialog({ customer, onClose }: { customer: Customer; onClose: () => void }) {
  const { t } = useTranslation(["work", "app"]);
  const queries = useQueryClient();
  const [form] = Form.useForm<Record<string, string>>();
  const nameOf = useFieldName();
  const elsewhere = ["name", ...standardFields, ...(customer.crm?.fields ?? [])];
  // Also those that nobody has filled in yet.
  const own = customer.layout.filter((field) => !elsewhere.includes(field));
  const { send, busy, problem } = useSending(async ({ name, ...fields }: Record<string, string>) => {
    await api.put(`/customers/${encodeURIComponent(customer.number)}`, { name: (name ?? "").trim(), fields });
    await queries.invalidateQueries({ queryKey: ["customer", customer.number] });
    onClose();
  });
  return (
    <Modal open title={t("work:customer.edit")} okText={t("app:act.save")} confirmLoading={busy} onOk={form.submit} onCancel={onClose}>
      <ProblemNote of={problem} />
      <Form form={form} layout="vertical" requiredMark={false} onFinish={send} initialValues={{ name: customer.name ?? "", ...customer.fields }}>
        <Form.Item name="name" label={t("work:customer.field.name")}>
          <Input autoFocus maxLength={80} />
        </Form.Item>
        {own.map((field) => (
          <Form.Item key={field} name={field} label={nameOf(field)}>
            <Input maxLength={200} />
          </Form.Item>
        ))}
      </Form>
    </Modal>
  );
}

function ChangesDialog({ number: of, onClose }: { number: string; onClose: () => void }) {
  const { t } = useTranslation("work");
  const nameOf = useFieldName();
  const changes = useQuery(changesQuery(of));
  return (
    <Modal open title={t("customer.changes")} footer={null} onCancel={onClose}>
      <Query of={changes} compact>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={t("customer.noChanges")} />
          ) : (
            <ul className={styles.changes}>
              {items.map((change, place) => (
                <li key={place}>
                  <span>
                    {nameOf(change.field)}: <del>{change.old || "—"}</del> → <strong>{change.new || "—"}</strong>
                  </span>
                  <span className="soft">
                    {change.by} · <Moment at={change.at} />
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </Query>
    </Modal>
  );
}
