import { App, Button, Card, Form, Input } from "antd";
import dayjs from "dayjs";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { useMe } from "~/api/me";
import { NewPassword, ProblemNote, useSending } from "~/ui";

export function PasswordCard() {
  const { t } = useTranslation("account");
  const me = useMe();
  const { message } = App.useApp();
  const [form] = Form.useForm<{ old: string; password: string }>();
  const { send, busy, problem } = useSending(async ({ old, password }: { old: string; password: string }) => {
    await api.post("/me/password", { old, new: password });
    form.resetFields();
    message.success(t("changed"));
  });
  const ends = me.password_ends && t("passwordEnds", { at: dayjs(me.password_ends).format("YYYY-MM-DD") });
  return (
    <Card title={t("password")} extra={<span className="soft">{ends}</span>}>
      <ProblemNote of={problem} />
      <Form form={form} layout="vertical" requiredMark={false} onFinish={send} disabled={busy}>
        <input type="text" name="username" autoComplete="username" value={me.name} readOnly hidden />
        <Form.Item name="old" label={t("old")} rules={[{ required: true, message: t("oldRequired") }]}>
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        <NewPassword />
        <Button type="primary" htmlType="submit" loading={busy}>
          {t("change")}
        </Button>
      </Form>
    </Card>
  );
}
