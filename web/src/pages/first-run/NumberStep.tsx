import { useQuery } from "@tanstack/react-query";
import { Button, Checkbox, Form, Input, Radio, Select } from "antd";
import { useTranslation } from "react-i18next";
import { firstRun, type NumberSent } from "~/api/firstRun";
import { templatesQuery } from "~/api/flows";
import { useSaid, useSending } from "~/ui";
import styles from "./first-run.module.css";
import type { StepProps } from "./index";
import { StepProblem } from "./StepForm";

/** Monday is 1. */
const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
/** The flow stays as it is. */
const KEEP = "";

interface Fields {
  number: string;
  arrives_as?: string;
  strip?: string;
  template: string;
  greeting?: string;
  always: boolean;
  days: number[];
  from: string;
  until: string;
}

/** The number, and what its callers hear when. */
export function NumberStep({ run, onDone }: StepProps) {
  const { t } = useTranslation("firstRun");
  const said = useSaid();
  const templates = useQuery(templatesQuery);
  const [form] = Form.useForm<Fields>();
  const always = Form.useWatch("always", form);
  const template = Form.useWatch("template", form);
  const { number } = run;
  const { send, busy, problem } = useSending(async (fields: Fields) => {
    const sent: NumberSent = {
      number: fields.number.replace(/[\s-]/g, ""),
      arrives_as: fields.arrives_as?.replace(/[\s-]/g, "") || null,
      strip: fields.strip ?? "",
      template: fields.template || null,
      greeting: fields.greeting?.trim() || null,
      hours: fields.always ? null : { days: fields.days, from: fields.from, until: fields.until },
    };
    onDone(await firstRun.put("number", sent, run.version));
  });
  const usual = run.company.language === "en-US" ? "service-en" : "service";
  // One that leads nobody to an agent is to draw on, not to begin with.
  const options = (templates.data?.items ?? []).filter(({ name }) => name !== "empty").map((one) => ({ value: one.name, label: said(one) }));
  const initial: Fields = {
    number: number?.number ?? "",
    arrives_as: number?.arrives_as ?? "",
    strip: run.trunk?.strip ?? "",
    template: number ? KEEP : usual,
    always: !number?.hours,
    days: number?.hours?.days ?? [1, 2, 3, 4, 5],
    from: number?.hours?.from ?? "09:00",
    until: number?.hours?.until ?? "18:00",
  };
  const time = [{ required: true, pattern: /^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, message: t("number.timeWrong") }];
  return (
    <Form form={form} layout="vertical" requiredMark={false} disabled={busy} initialValues={initial} onFinish={(fields: Fields) => void send({ ...initial, ...fields })}>
      <StepProblem of={problem} />
      <Form.Item name="number" label={t("number.number")} extra={t("number.numberHint")} rules={[{ required: true, pattern: /^[+\d][\d\s-]{2,24}$/, message: t("number.numberWrong") }]}>
        <Input inputMode="tel" placeholder="400-123-4567" />
      </Form.Item>
      <Form.Item name="arrives_as" label={t("number.arrivesAs")} extra={t("number.arrivesAsHint")}>
        <Input inputMode="tel" />
      </Form.Item>
      {run.trunk && (
        <Form.Item name="strip" label={t("number.strip")} extra={t("number.stripHint")}>
          <Input inputMode="numeric" />
        </Form.Item>
      )}
      <Form.Item name="template" label={t("number.template")} extra={t("number.templateHint")}>
        <Select loading={templates.isPending} options={number ? [{ value: KEEP, label: t("number.keep", { flow: number.flow }) }, ...options] : options} />
      </Form.Item>
      {template?.startsWith("service") && (
        <Form.Item name="greeting" label={t("number.greeting")} extra={t("number.greetingHint")}>
          <Input maxLength={200} placeholder={t("number.greetingExample", { company: run.company.name })} />
        </Form.Item>
      )}
      <Form.Item name="always" label={t("number.hours")}>
        <Radio.Group options={[{ value: false, label: t("number.someHours") }, { value: true, label: t("number.always") }]} />
      </Form.Item>
      {always === false && (
        <>
          <Form.Item name="days" label={t("number.days")} rules={[{ required: true, message: t("number.daysRequired") }]}>
            <Checkbox.Group options={DAYS.map((day, place) => ({ value: place + 1, label: t(`number.day.${day}`) }))} />
          </Form.Item>
          <div className={styles.hours}>
            <Form.Item name="from" label={t("number.from")} rules={time}>
              <Input style={{ width: 100 }} />
            </Form.Item>
            <Form.Item name="until" label={t("number.until")} rules={time}>
              <Input style={{ width: 100 }} />
            </Form.Item>
          </div>
        </>
      )}
      <Button type="primary" htmlType="submit" loading={busy}>
        {t("save")}
      </Button>
    </Form>
  );
}
