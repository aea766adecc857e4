import { useMutation, useQuery } from "@tanstack/react-query";
import { Alert, Button, DatePicker, Form, Input, Table } from "antd";
import type { Dayjs } from "dayjs";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import type { LoginRule, LoginSimulated } from "~/api/people";
import { Empty, useProblemText } from "~/ui";
import { Offered } from "../Offered";
import styles from "./users.module.css";

/** Where, when and with what people may sign in (SEC-10), and a simulator that asks what really decides. */
export function Rules() {
  const { t } = useTranslation("users");
  const found = useQuery({
    queryKey: ["login-rules"],
    queryFn: ({ signal }) => api.get<{ rules?: LoginRule[]; items?: LoginRule[] }>("/login-rules", undefined, signal),
    retry: false,
  });
  const must = ({ must }: LoginRule) => {
    switch (must.kind) {
      case "come_from":
        return t("rules.come_from", { networks: must.networks?.join(", ") ?? "" });
      case "come_within":
        return t("rules.come_within", { hours: Object.entries(must.week ?? {}).map((pair) => pair.join(" ")).join(", ") });
      case "use_listed_device":
        return t("rules.use_listed_device");
    }
  };
  return (
    <Offered of={found}>
      {({ rules, items }) => (
        <div className={styles.rules}>
          <Table<LoginRule>
            rowKey="name"
            size="small"
            pagination={false}
            dataSource={rules ?? items ?? []}
            locale={{ emptyText: <Empty title={t("rules.empty")} /> }}
            columns={[
              { title: t("rules.name"), dataIndex: "name" },
              { title: t("rules.of"), render: (_, { of }) => (of.kind === "everybody" ? t("rules.everybody") : (of.id ?? of.kind)) },
              { title: t("rules.must"), render: (_, rule) => must(rule) },
              { title: t("rules.otherwise"), render: (_, { otherwise }) => t(`rules.${otherwise}`) },
            ]}
          />
          <Simulator />
        </div>
      )}
    </Offered>
  );
}

function Simulator() {
  const { t } = useTranslation("users");
  const problem = useProblemText();
  const run = useMutation({ mutationFn: ({ user, ip, at }: { user: string; ip: string; at?: Dayjs }) => api.post<LoginSimulated>("/login-rules/simulate", { user, ip, at: (at?.toDate() ?? new Date()).toISOString() }) });
  const said = run.data?.let_in;
  const yes = said === "yes" || said === true;
  return (
    <section className={styles.simulator}>
      <h3>{t("rules.simulate")}</h3>
      <p className="soft">{t("rules.simulateHint")}</p>
      <Form layout="vertical" onFinish={(asked: { user: string; ip: string; at?: Dayjs }) => run.mutate(asked)}>
        <Form.Item name="user" label={t("rules.user")} rules={[{ required: true, message: t("person.required") }]}>
          <Input />
        </Form.Item>
        <Form.Item name="ip" label={t("rules.ip")} rules={[{ required: true, message: t("person.required") }]}>
          <Input placeholder="203.0.113.8" />
        </Form.Item>
        <Form.Item name="at" label={t("rules.at")}>
          <DatePicker showTime={{ format: "HH:mm" }} format="YYYY-MM-DD HH:mm" />
        </Form.Item>
        <Button htmlType="submit" type="primary" loading={run.isPending}>
          {t("rules.run")}
        </Button>
      </Form>
      {run.error && <Alert type="error" showIcon title={problem(run.error).what} />}
      {run.data && (
        <Alert
          className={styles.once ?? ""}
          showIcon
          type={yes ? "success" : said === "second_factor" ? "warning" : "error"}
          title={yes ? t("rules.yes") : said === "second_factor" ? t("rules.needs") : t("rules.no")}
          description={
            <ul>
              {run.data.why.map((one, place) => (
                <li key={place}>{typeof one === "string" ? one : [one.rule, one.text].filter(Boolean).join("：")}</li>
              ))}
            </ul>
          }
        />
      )}
    </section>
  );
}
