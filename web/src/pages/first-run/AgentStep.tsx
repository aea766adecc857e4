import { useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Form, Input, Radio } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { firstRun, firstRunQuery, type FirstRun } from "~/api/firstRun";
import { meQuery, useMe } from "~/api/me";
import { useSending } from "~/ui";
import styles from "./first-run.module.css";
import type { StepProps } from "./index";
import { accountName, standing } from "./model";
import { StepProblem } from "./StepForm";

interface Fields {
  me: boolean;
  agent: string;
  display_name: string;
  account?: string;
}

interface Made {
  name: string;
  password: string;
}

/** The first agent with a phone in the browser: whoever is here, or a colleague with an account of his own. */
export function AgentStep({ run, onDone }: StepProps) {
  const { t } = useTranslation("firstRun");
  const me = useMe();
  const queries = useQueryClient();
  const [form] = Form.useForm<Fields>();
  const [made, setMade] = useState<Made | null>(null);
  const { agent } = run;
  const mine = Form.useWatch("me", form);
  const isMine = me.agent !== null && agent !== null && me.agent.name === agent?.agent;
  const needsAccount = standing(run, "agent")?.lacks.some((lack) => lack === "account" || lack === "browser_phone") ?? false;
  const mayBeMine = isMine || (me.agent === null && needsAccount);
  const { send, busy, problem } = useSending(async (fields: Fields) => {
    const wanted = { agent: fields.agent.trim(), display_name: fields.display_name.trim(), me: fields.me };
    const now: FirstRun = await firstRun.put("agent", wanted, run.version);
    if (!fields.me && needsAccount) {
      // What the first half changed stands: should the second fail, only it is done again.
      queries.setQueryData(firstRunQuery.queryKey, now);
      const name = fields.account?.trim() || accountName(wanted.display_name, wanted.agent);
      const answer = await api.post<{ password: string }>("/users", { name, display_name: wanted.display_name, roles: [{ role: "agent" }], agent: wanted.agent });
      setMade({ name, password: answer.password });
      await queries.fetchQuery({ ...firstRunQuery, staleTime: 0 });
      return;
    }
    await queries.fetchQuery({ ...meQuery, staleTime: 0 });
    onDone(now);
  });
  if (made) {
    return (
      <Alert
        type="success"
        showIcon
        role="status"
        title={t("agent.made", { name: made.name })}
        description={
          <>
            <p>{t("agent.once")}</p>
            <p>
              <code className={styles.once}>{made.password}</code>
            </p>
            <p>{t("agent.where", { desk: run.desk.join(" ") })}</p>
            <Button type="primary" onClick={() => onDone(run)}>
              {t("agent.goOn")}
            </Button>
          </>
        }
      />
    );
  }
  const initial: Fields = { me: mayBeMine, agent: agent?.agent ?? "1001", display_name: agent?.display_name ?? me.display_name, account: "" };
  return (
    <Form form={form} layout="vertical" requiredMark={false} disabled={busy} initialValues={initial} onFinish={(fields: Fields) => void send({ ...initial, ...fields })}>
      <StepProblem of={problem} />
      {mayBeMine && (
        <Form.Item name="me" label={t("agent.who")}>
          <Radio.Group options={[{ value: true, label: t("agent.me") }, { value: false, label: t("agent.other") }]} />
        </Form.Item>
      )}
      <Form.Item name="display_name" label={t("agent.displayName")} rules={[{ required: true, whitespace: true, message: t("agent.displayNameRequired") }]}>
        <Input maxLength={40} />
      </Form.Item>
      <Form.Item name="agent" label={t("agent.agent")} extra={t("agent.agentHint")} rules={[{ required: true, pattern: /^[a-z0-9][a-z0-9-]{0,31}$/, message: t("agent.agentWrong") }]}>
        <Input spellCheck={false} autoCapitalize="none" />
      </Form.Item>
      {mine === false && needsAccount && (
        <Form.Item name="account" label={t("agent.account")} extra={t("agent.accountHint")}>
          <Input spellCheck={false} autoCapitalize="none" autoComplete="off" />
        </Form.Item>
      )}
      <Button type="primary" htmlType="submit" loading={busy}>
        {t("save")}
      </Button>
    </Form>
  );
}
