import { useQuery } from "@tanstack/react-query";
import { Button, Card, Form, Input, Select, Space } from "antd";
import { useTranslation } from "react-i18next";
import { deskActs } from "~/agent/desk";
import { choosable, modesQuery, useDialled } from "~/agent/modes";
import { useMay } from "~/api/me";
import type { Desk } from "~/api/types";
import { softphone } from "~/softphone/softphone";
import { ProblemNote, useSaid, useSending } from "~/ui";
import { useServed } from "~/work/served";

/** Places a call by a mode; `again` names the failed attempt it belongs to. */
export async function dial(to: string, mode: string | null, again?: string): Promise<void> {
  const request = deskActs.dial(to, { mode: mode ?? undefined, again });
  await softphone.expect(request);
  const { call } = await request;
  if (call) useDialled.setState({ last: { call, to, mode, at: Date.now() } });
}

/** The modes one can call by, and the one that is chosen; none where the server knows only one. */
export function useModes() {
  const served = useServed();
  const modes = useQuery({ ...modesQuery, enabled: served("/v1/me/calling-modes") });
  const chosen = useDialled((dialled) => dialled.mode);
  const options = choosable(modes.data?.items ?? []);
  const mode = options.find((each) => each.mode === chosen) ?? options.find((each) => each.mode === modes.data?.preferred) ?? options[0];
  return { all: modes.data?.items ?? [], options, mode: mode ?? null };
}

/** Calls a number: the own phone first, which answers by itself, then the other side. */
export function DialCard({ desk }: { desk: Desk }) {
  const { t } = useTranslation("desk");
  const may = useMay();
  const said = useSaid();
  const [form] = Form.useForm<{ to: string }>();
  const { options, mode } = useModes();
  const { send, busy, problem } = useSending(async ({ to }: { to: string }) => {
    await dial(to.replace(/[\s-]/g, ""), mode?.mode ?? null);
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
        {options.length > 1 && (
          <Select
            style={{ width: "100%", marginTop: 8 }}
            aria-label={t("mode.title")}
            value={mode?.mode}
            onChange={(mode) => useDialled.setState({ mode })}
            options={options.map((each) => ({ value: each.mode, label: said(each), title: said({ zh: each.hint_zh, en: each.hint_en }) }))}
          />
        )}
      </Form>
      <p className="soft" style={{ margin: "6px 0 0" }}>
        {(mode && said({ zh: mode.hint_zh, en: mode.hint_en })) || t("dial.hint")}
      </p>
    </Card>
  );
}
