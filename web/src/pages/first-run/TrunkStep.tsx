import { useState } from "react";
import { Button, Form, Input, Radio, Select } from "antd";
import { useTranslation } from "react-i18next";
import { firstRun, type Advice, type TrunkSent } from "~/api/firstRun";
import { useSending } from "~/ui";
import styles from "./first-run.module.css";
import type { StepProps } from "./index";
import { AdviceNote, StepProblem } from "./StepForm";

/** The carrier as he says who we are, asked before anything is changed. */
export function TrunkStep({ run, onDone }: StepProps) {
  const { t } = useTranslation("firstRun");
  const [form] = Form.useForm<TrunkSent>();
  const [advice, setAdvice] = useState<Advice | null>(null);
  const register = Form.useWatch("register", form);
  const { trunk } = run;
  const sent = (fields: TrunkSent): TrunkSent => ({ ...fields, password: fields.password || null, from: fields.from ?? [] });
  const save = useSending(async (fields: TrunkSent) => onDone(await firstRun.put("trunk", sent(fields), run.version)));
  const check = useSending(async () => {
    setAdvice(null);
    setAdvice(await firstRun.ask(sent(await form.validateFields())));
  });
  const busy = save.busy || check.busy;
  const initial = { address: trunk?.address ?? "", transport: trunk?.transport ?? "udp", register: trunk?.register ?? true, username: trunk?.username ?? "", password: "", from: trunk?.from ?? [] };
  return (
    <Form form={form} layout="vertical" requiredMark={false} disabled={busy} initialValues={initial} onFinish={(fields: TrunkSent) => void save.send(fields)} onValuesChange={() => setAdvice(null)}>
      <StepProblem of={save.problem} />
      {/* A form that is not filled in says so at its fields. */}
      {!(check.problem instanceof Object && "errorFields" in check.problem) && <StepProblem of={check.problem} />}
      <AdviceNote of={advice} />
      <Form.Item name="address" label={t("trunk.address")} extra={t("trunk.addressHint")} rules={[{ required: true, whitespace: true, message: t("trunk.addressRequired") }]}>
        <Input spellCheck={false} autoCapitalize="none" placeholder="sip.carrier.example:5060" />
      </Form.Item>
      <Form.Item name="transport" label={t("trunk.transport")}>
        <Select options={[{ value: "udp", label: "UDP" }, { value: "tcp", label: "TCP" }]} />
      </Form.Item>
      <Form.Item name="register" label={t("trunk.by")}>
        <Radio.Group options={[{ value: true, label: t("trunk.byPassword") }, { value: false, label: t("trunk.byAddress") }]} />
      </Form.Item>
      {register && (
        <>
          <Form.Item name="username" label={t("trunk.username")} rules={[{ required: true, whitespace: true, message: t("trunk.usernameRequired") }]}>
            <Input spellCheck={false} autoCapitalize="none" autoComplete="off" />
          </Form.Item>
          <Form.Item name="password" label={t("trunk.password")} extra={trunk?.has_password ? t("trunk.passwordKept") : t("trunk.passwordHint")} rules={trunk?.has_password ? [] : [{ required: true, message: t("trunk.passwordRequired") }]}>
            <Input.Password autoComplete="new-password" />
          </Form.Item>
        </>
      )}
      <Form.Item name="from" label={t("trunk.from")} extra={t("trunk.fromHint")}>
        <Select mode="tags" tokenSeparators={[",", " ", "，"]} open={false} suffixIcon={null} />
      </Form.Item>
      <div className={styles.foot}>
        <Button onClick={() => void check.send()} loading={check.busy}>
          {t("trunk.check")}
        </Button>
        <Button type="primary" htmlType="submit" loading={save.busy}>
          {t("save")}
        </Button>
      </div>
    </Form>
  );
}
