import { Button, Card, Form, Input, Space } from "antd";
import { useTranslation } from "react-i18next";
import { deskActs } from "~/agent/desk";
import { useMay } from "~/api/me";
import type { Desk } from "~/api/types";
import { softphone } from "~/softphone/softphone";
import { ProblemNote, useSending } from "~/ui";

/** Calls a number: the own phone first, which answers by itself, then the other side. */
export function DialCard({ desk }: { desk: Desk }) {
  const { t } = useTranslation("desk");
  const may = useMay();
  const [form] = Form.useForm<{ to: string }>();
  const { send, busy, problem } = useSending(async ({ to }: { to: string }) => {
    await softphone.expect(deskActs.dial(to.replace(/[\s-]/g, "")));
    form.resetFields();
  });
  if (!may({ permission: "call.place" }) || desk.presence === "signed_out") return null;
  return (
    <Card title={t("dial.title")} size="small">
      <ProblemNote of={problem} />
      <Form form={form} onFinish={send} disabled={busy || desk.offer !== null || desk.calls.length > 0}>
        <Space.Compact block>
          <Form.Item name="to" noStyle rules={[{ required: true, message: t("dial.required") }]}>
            <Input inputMode="tel" autoComplete="off" aria-label={t("dial.number")} placeholder={t("dial.number")} maxLength={32} />
          </Form.Item>
          <Button type="primary" htmlType="submit" loading={busy}>
            {t("dial.call")}
          </Button>
        </Space.Compact>
      </Form>
      <p className="soft" style={{ margin: "6px 0 0" }}>
        {t("dial.hint")}
      </p>
    </Card>
  );
}
