import { useEffect, useState } from "react";
import { ColumnWidthOutlined, DownloadOutlined } from "@ant-design/icons";
import { App, Button, Checkbox, Dropdown, Form, Input, Modal, Popover, Select } from "antd";
import { useTranslation } from "react-i18next";
import { address } from "~/api/client";
import { useMay } from "~/api/me";
import { formatDuration } from "~/ui";
import { Span } from "../Span";
import styles from "./calls.module.css";
import { COLUMNS, useColumnChoice } from "./columns";
import { type Filters, isNarrow, OUTCOMES, queryOf, TALK_TIMES } from "./filters";

interface Props {
  filters: Filters;
  change: (change: Partial<Record<keyof Filters, string | undefined>>) => void;
  agents: { value: string; label: string }[];
  queues: { value: string; label: string }[];
  /** Whether calls are also looked for by how they ended. */
  outcome?: boolean;
}

/** What is looked for. Each choice takes effect at once and stands in the address. */
export function FilterBar({ filters, change, agents, queues, outcome = true }: Props) {
  const { t } = useTranslation(["calls", "floor", "app"]);
  const said = (ms: number) => formatDuration(ms, (unit, count) => t(`app:duration.${unit}`, { count }));
  return (
    <div className={styles.filters} role="search">
      <Span time clear from={filters.from} to={filters.to} onChange={(from, to) => change({ from, to })} />
      <NumberField value={filters.number} onChange={(number) => change({ number })} />
      <Select allowClear showSearch placeholder={t("filter.queue")} aria-label={t("filter.queue")} className={styles.pick} value={filters.queue} options={queues} onChange={(queue?: string) => change({ queue })} />
      <Select allowClear showSearch={{ optionFilterProp: "label" }} placeholder={t("filter.agent")} aria-label={t("filter.agent")} className={styles.pick} value={filters.agent} options={agents} onChange={(agent?: string) => change({ agent })} />
      <Select
        allowClear
        placeholder={t("filter.direction")}
        aria-label={t("filter.direction")}
        className={styles.shortPick}
        value={filters.direction}
        options={(["inbound", "outbound"] as const).map((value) => ({ value, label: t(`floor:direction.${value}`) }))}
        onChange={(direction?: string) => change({ direction })}
      />
      {outcome && <Select
        allowClear
        placeholder={t("filter.outcome")}
        aria-label={t("filter.outcome")}
        className={styles.pick}
        value={filters.outcome}
        options={OUTCOMES.map((value) => ({ value, label: t(`floor:outcome.${value}`) }))}
        onChange={(outcome?: string) => change({ outcome })}
      />}
      <Select
        allowClear
        placeholder={t("filter.talk")}
        aria-label={t("filter.talk")}
        className={styles.pick}
        value={filters.min_talk_ms}
        options={TALK_TIMES.map((ms) => ({ value: String(ms), label: t("filter.talkFrom", { time: said(ms) }) }))}
        onChange={(min_talk_ms?: string) => change({ min_talk_ms })}
      />
      {(isNarrow(filters) || filters.from || filters.to) && (
        <Button type="link" onClick={() => change({ from: undefined, to: undefined, number: undefined, agent: undefined, queue: undefined, direction: undefined, outcome: undefined, min_talk_ms: undefined })}>
          {t("filter.reset")}
        </Button>
      )}
    </div>
  );
}

/** How long after the last digit the search begins. */
const SETTLE_MS = 400;

function NumberField({ value, onChange }: { value: string | undefined; onChange: (number: string | undefined) => void }) {
  const { t } = useTranslation("calls");
  const [typed, setTyped] = useState(value ?? "");
  useEffect(() => setTyped(value ?? ""), [value]);
  useEffect(() => {
    if (typed === (value ?? "")) return;
    const timer = setTimeout(() => onChange(typed.trim() || undefined), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [typed, value, onChange]);
  return <Input allowClear className={styles.number} placeholder={t("filter.number")} aria-label={t("filter.number")} value={typed} onChange={(event) => setTyped(event.target.value)} onPressEnter={() => onChange(typed.trim() || undefined)} />;
}

/** Which columns are shown. */
export function ColumnButton() {
  const { t } = useTranslation("calls");
  const { shown, show, reset } = useColumnChoice();
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      content={
        <div className={styles.columns}>
          <Checkbox.Group value={shown} onChange={show} options={COLUMNS.map((value) => ({ value, label: t(`column.${value}`), disabled: value === "started" || value === "party" }))} />
          <Button type="link" size="small" onClick={reset}>
            {t("column.defaults")}
          </Button>
        </div>
      }
    >
      <Button icon={<ColumnWidthOutlined />}>{t("column.choose")}</Button>
    </Popover>
  );
}

/** Exports what is shown, for those who may, with a reason that goes into the log. */
export function ExportButton({ filters }: { filters: Filters }) {
  const { t } = useTranslation("calls");
  const may = useMay();
  const [format, setFormat] = useState<"xlsx" | "csv" | null>(null);
  const [form] = Form.useForm<{ reason: string }>();
  const { message } = App.useApp();
  if (!may({ permission: "report.export", path: "/v1/calls.xlsx" })) return null;
  const begin = ({ reason }: { reason: string }) => {
    // The browser saves it; what is refused comes as a page of its own, so the address must be right.
    window.location.assign(address(`/calls.${format}`, { ...queryOf(filters), reason }));
    setFormat(null);
    form.resetFields();
    message.success(t("export.begin"));
  };
  return (
    <>
      <Dropdown menu={{ items: [{ key: "xlsx", label: t("export.xlsx") }, { key: "csv", label: t("export.csv") }], onClick: ({ key }) => setFormat(key as "xlsx" | "csv") }}>
        <Button icon={<DownloadOutlined />}>{t("export.title")}</Button>
      </Dropdown>
      <Modal open={format !== null} title={t("export.dialog")} okText={t("export.begin")} onCancel={() => setFormat(null)} onOk={() => form.submit()}>
        <p>{t("export.body")}</p>
        <Form form={form} layout="vertical" onFinish={begin}>
          <Form.Item name="reason" label={t("export.reason")} rules={[{ required: true, whitespace: true, message: t("export.reasonNeeded") }]}>
            <Input autoFocus maxLength={200} />
          </Form.Item>
        </Form>
      </Modal>
    </>
  );
}
