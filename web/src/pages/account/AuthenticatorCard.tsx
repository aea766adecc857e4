import { useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Card, Form, Input, Modal } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { meQuery, useMe } from "~/api/me";
import { CodeField } from "~/pages/sign-in/LaterSteps";
import { ProblemNote, StateTag, useSending } from "~/ui";
import { AuthenticatorSecret, RecoveryCodes } from "~/ui/Authenticator";

interface Enrolment {
  secret: string;
  uri: string;
}

export function AuthenticatorCard() {
  const { t } = useTranslation("account");
  const me = useMe();
  const [enrolment, setEnrolment] = useState<Enrolment | null>(null);
  const [codes, setCodes] = useState<string[]>([]);
  const [removing, setRemoving] = useState(false);
  const begin = useSending(async () => setEnrolment(await api.post<Enrolment>("/me/totp")));
  const on = me.factors?.totp ?? false;
  return (
    <Card title={t("factor.title")} extra={<StateTag tone={on ? "good" : "idle"}>{t(on ? "factor.on" : "factor.off")}</StateTag>}>
      <ProblemNote of={begin.problem} />
      {on ? <p className="soft">{t("factor.codesLeft", { left: me.factors?.recovery_codes ?? 0 })}</p> : <p className="soft">{t("factor.hint")}</p>}
      {on ? (
        <Button danger onClick={() => setRemoving(true)}>
          {t("factor.remove")}
        </Button>
      ) : (
        <Button type="primary" loading={begin.busy} onClick={() => void begin.send()}>
          {t("factor.begin")}
        </Button>
      )}
      {enrolment && <Confirm enrolment={enrolment} onDone={(drawn) => { setEnrolment(null); setCodes(drawn); }} onCancel={() => setEnrolment(null)} />}
      {codes.length > 0 && (
        <Modal open title={t("factor.title")} closable={false} onOk={() => setCodes([])} okText={t("factor.kept")} cancelButtonProps={{ hidden: true }}>
          <RecoveryCodes codes={codes} account={me.name} />
        </Modal>
      )}
      {removing && <Remove onDone={() => setRemoving(false)} />}
    </Card>
  );
}

function Confirm({ enrolment, onDone, onCancel }: { enrolment: Enrolment; onDone: (codes: string[]) => void; onCancel: () => void }) {
  const { t } = useTranslation(["account", "app"]);
  const queries = useQueryClient();
  const [form] = Form.useForm<{ code: string }>();
  const { send, busy, problem } = useSending(async ({ code }: { code: string }) => {
    const { recovery_codes } = await api.put<{ recovery_codes: string[] }>("/me/totp", { code });
    await queries.invalidateQueries(meQuery);
    onDone(recovery_codes);
  });
  return (
    <Modal open title={t("account:factor.begin")} okText={t("account:factor.confirm")} confirmLoading={busy} onOk={form.submit} onCancel={onCancel}>
      <AuthenticatorSecret {...enrolment} />
      <ProblemNote of={problem} />
      <Form form={form} layout="vertical" requiredMark={false} onFinish={send}>
        <CodeField label={t("app:factor.code")} />
      </Form>
    </Modal>
  );
}

function Remove({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation("account");
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [form] = Form.useForm<{ password: string }>();
  const { send, busy, problem } = useSending(async ({ password }: { password: string }) => {
    await api.delete("/me/totp", { body: { password } });
    await queries.invalidateQueries(meQuery);
    message.success(t("factor.removed"));
    onDone();
  });
  return (
    <Modal open title={t("factor.removeTitle")} okText={t("factor.remove")} okButtonProps={{ danger: true }} confirmLoading={busy} onOk={form.submit} onCancel={onDone}>
      <p>{t("factor.removeHint")}</p>
      <ProblemNote of={problem} />
      <Form form={form} layout="vertical" requiredMark={false} onFinish={send}>
        <Form.Item name="password" label={t("old")} rules={[{ required: true, message: t("oldRequired") }]}>
          <Input.Password autoFocus autoComplete="current-password" />
        </Form.Item>
      </Form>
    </Modal>
  );
}
