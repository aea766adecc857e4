import { AutoComplete, Button, Form, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { firstRun, type Company } from "~/api/firstRun";
import { useMe } from "~/api/me";
import { useSending } from "~/ui";
import type { StepProps } from "./index";
import { StepProblem } from "./StepForm";

const zones: string[] = Intl.supportedValuesOf("timeZone");

/** What the company is called, when it is what time there, and in which language its callers are spoken to. */
export function CompanyStep({ run, onDone }: StepProps) {
  const { t } = useTranslation("firstRun");
  const me = useMe();
  const { send, busy, problem } = useSending(async (form: Company) => onDone(await firstRun.put("company", form, run.version)));
  return (
    <Form layout="vertical" requiredMark={false} disabled={busy} initialValues={{ ...run.company, name: run.company.name || me.company }} onFinish={(form: Company) => void send(form)}>
      <StepProblem of={problem} />
      <Form.Item name="name" label={t("company.name")} rules={[{ required: true, whitespace: true, message: t("company.nameRequired") }]}>
        <Input maxLength={100} autoComplete="organization" />
      </Form.Item>
      <Form.Item name="zone" label={t("company.zone")} extra={t("company.zoneHint")} rules={[{ required: true, message: t("company.zoneRequired") }]}>
        <AutoComplete options={zones.map((value) => ({ value }))} showSearch={{ filterOption: (text, option) => (option?.value ?? "").toLowerCase().includes(text.toLowerCase()) }} />
      </Form.Item>
      <Form.Item name="language" label={t("company.language")} extra={t("company.languageHint")}>
        <Select options={[{ value: "zh-CN", label: "中文（普通话）" }, { value: "en-US", label: "English" }]} />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={busy}>
        {t("save")}
      </Button>
    </Form>
  );
}
