import { Form, Input, Select, Switch } from "antd";
import { useTranslation } from "react-i18next";
import { useQueueChoices } from "../queueChoices";
import { type Draft, missingOf, TEXT_CHARS_MAX, TITLE_CHARS_MAX } from "./draft";

interface Props {
  draft: Draft;
  /** What is to be marked as missing. */
  missing: ReturnType<typeof missingOf>;
  leadsAll: boolean;
  disabled: boolean;
  onChange: (part: Partial<Draft>) => void;
}

/** What is written of an article. */
export function ArticleForm({ draft, missing, leadsAll, disabled, onChange }: Props) {
  const { t } = useTranslation("knowledge");
  const { choices } = useQueueChoices();
  const lacks = (field: (typeof missing)[number]) => (missing.includes(field) ? { validateStatus: "error" as const, help: t("missing") } : {});
  return (
    <Form layout="vertical" disabled={disabled}>
      <Form.Item label={t("name")} htmlFor="article-title" required {...lacks("title")}>
        <Input id="article-title" value={draft.title} maxLength={TITLE_CHARS_MAX} onChange={({ target }) => onChange({ title: target.value })} />
      </Form.Item>
      <Form.Item label={t("text")} htmlFor="article-text" required extra={t("textHint")} {...lacks("text")}>
        <Input.TextArea id="article-text" value={draft.text} maxLength={TEXT_CHARS_MAX} showCount autoSize={{ minRows: 8, maxRows: 18 }} onChange={({ target }) => onChange({ text: target.value })} />
      </Form.Item>
      <Form.Item label={t("queues")} htmlFor="article-queues" required={!leadsAll} {...lacks("queues")}>
        <Select id="article-queues" mode="multiple" value={draft.queues} options={choices} placeholder={t(leadsAll ? "everyQueue" : "queuesHint")} onChange={(queues) => onChange({ queues })} />
      </Form.Item>
      <Form.Item label={t("standard")} htmlFor="article-standard" extra={t("standardHint")}>
        <Switch id="article-standard" checked={draft.standard} onChange={(standard) => onChange({ standard })} />
      </Form.Item>
    </Form>
  );
}
