import { useState } from "react";
import { DeleteOutlined, PlusOutlined, SoundOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { App, AutoComplete, Button, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { address } from "~/api/client";
import { useMay } from "~/api/me";
import { promptsQuery } from "~/api/prompts";
import { isTable, textOf } from "./model/draft";
import type { Value } from "./model/toml";
import { useFlowWords } from "./words";
import styles from "./flows.module.css";

type Form = "words" | "file" | "both" | "other";

function formOf(item: Value): Form {
  if (!isTable(item)) return "words";
  return "file" in item ? "file" : "say" in item ? "other" : "both";
}

interface Props {
  value: Value | undefined;
  language: string;
  flow: string;
  disabled: boolean;
  label: string;
  onChange: (value: Value | undefined) => void;
}

/** What callers hear: parts that are played one after another, each spoken or a file. */
export function PromptField({ value, language, disabled, label, onChange }: Props) {
  const { t } = useTranslation("flows");
  const items: Value[] = value === undefined ? [] : Array.isArray(value) ? value : [value];
  // One part is written without a list, as people do.
  const put = (changed: Value[]) => onChange(changed.length === 0 ? undefined : changed.length === 1 ? changed[0] : changed);
  return (
    <div className={styles.prompts}>
      {items.map((item, place) => (
        <Part
          key={place}
          item={item}
          language={language}
          disabled={disabled}
          label={items.length > 1 ? `${label} ${place + 1}` : label}
          onChange={(changed) => put(items.map((one, at) => (at === place ? changed : one)))}
          onRemove={() => put(items.filter((_, at) => at !== place))}
        />
      ))}
      {!disabled && (
        <Button size="small" type="dashed" icon={<PlusOutlined />} onClick={() => put([...items, ""])}>
          {items.length === 0 ? t("table.add") : t("prompt.add")}
        </Button>
      )}
    </div>
  );
}

interface PartProps {
  item: Value;
  language: string;
  disabled: boolean;
  label: string;
  onChange: (item: Value) => void;
  onRemove: () => void;
}

function Part({ item, language, disabled, label, onChange, onRemove }: PartProps) {
  const { t } = useTranslation("flows");
  const { word } = useFlowWords();
  const form = formOf(item);
  const table = isTable(item) ? item : {};
  const said = isTable(item) ? (textOf(item["say"]) ?? textOf(item[language]) ?? "") : (textOf(item) ?? "");
  const other = language === "zh-CN" ? "en-US" : "zh-CN";
  const become = (next: Form) => {
    const forms: Record<Form, () => Value> = { words: () => said, file: () => ({ file: "" }), both: () => ({ [language]: said, [other]: "" }), other: () => ({ say: said, language: other }) };
    onChange(forms[next]());
  };
  const words = (text: string, set: (text: string) => void, name: string) => (
    <Input.TextArea autoSize={{ minRows: 2, maxRows: 8 }} value={text} placeholder={t("prompt.say")} disabled={disabled} aria-label={name} onChange={({ target }) => set(target.value)} />
  );
  return (
    <div className={styles.part}>
      <div>
        <Select<Form> size="small" variant="filled" value={form} disabled={disabled} aria-label={label} options={(["words", "file", "both", "other"] as const).map((one) => ({ value: one, label: t(`prompt.${one}`) }))} onChange={become} />
        {form === "file" && textOf(table["file"]) && <Listen name={textOf(table["file"]) ?? ""} />}
        <span className={styles.fill} />
        <Button size="small" type="text" icon={<DeleteOutlined />} disabled={disabled} aria-label={`${t("prompt.remove")} ${label}`} onClick={onRemove} />
      </div>
      {form === "words" && words(said, onChange, label)}
      {form === "file" && <Named value={textOf(table["file"]) ?? ""} disabled={disabled} onChange={(file) => onChange({ file })} />}
      {form === "other" && words(said, (say) => onChange({ ...table, say }), `${label} ${word(other)}`)}
      {form === "both" &&
        [language, other].map((one) => (
          <label key={one} className={styles.tongue}>
            <small className="soft">{word(one)}</small>
            {words(textOf(table[one]) ?? "", (text) => onChange({ ...table, [one]: text }), `${label} ${word(one)}`)}
          </label>
        ))}
    </div>
  );
}

/** A prompt by its name, out of those there are. */
function Named({ value, disabled, onChange }: { value: string; disabled: boolean; onChange: (name: string) => void }) {
  const { t } = useTranslation("flows");
  const may = useMay();
  const found = useQuery({ ...promptsQuery, enabled: may({ permission: "config.read", path: "/v1/prompts" }) });
  const names = (found.data?.items ?? []).filter(({ own }) => own).map(({ name }) => ({ value: name }));
  return <AutoComplete className={styles.named ?? ""} value={value} options={names} disabled={disabled} showSearch={{ filterOption: (text, option) => (option?.value ?? "").includes(text) }} placeholder={t("prompt.fileName")} aria-label={t("prompt.fileName")} onChange={onChange} />;
}

/** Plays a file as callers will hear it. */
function Listen({ name }: { name: string }) {
  const { t } = useTranslation("flows");
  const { message } = App.useApp();
  const may = useMay();
  const [busy, setBusy] = useState(false);
  if (!may({ permission: "config.read", path: "/v1/prompts/{prompt}/audio" })) return null;
  const play = () => {
    const audio = new Audio(address(`/prompts/${encodeURIComponent(name)}/audio`));
    setBusy(true);
    audio.onended = () => setBusy(false);
    audio.play().catch(() => {
      setBusy(false);
      message.error(t("prompt.broken"));
    });
  };
  return (
    <Button size="small" type="text" loading={busy} icon={<SoundOutlined />} onClick={play}>
      {t("prompt.play")}
    </Button>
  );
}
