import { ArrowUpOutlined, DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { AutoComplete, Button, Input, InputNumber, Select, Space, Switch } from "antd";
import { useTranslation } from "react-i18next";
import { useNames } from "../calls/names";
import { isTable, keyRank, textOf } from "./model/draft";
import type { Field } from "./model/steps";
import type { Value } from "./model/toml";
import { PromptField } from "./PromptField";
import { useFlowWords } from "./words";
import styles from "./flows.module.css";

interface Props {
  field: Field;
  value: Value | undefined;
  nodes: readonly string[];
  language: string;
  flow: string;
  /** A menu's keys may lead back; a queue's may not. */
  back: boolean;
  disabled: boolean;
  label: string;
  onChange: (value: Value | undefined) => void;
}

type Table = { [key: string]: Value };

/** The field of a node, by its kind. What equals the default is left out of the text. */
export function FieldInput(props: Props) {
  const { field, value, disabled, label, onChange } = props;
  const { t } = useTranslation("flows");
  const { word } = useFlowWords();
  const { queues } = useNames();
  const fallback = field.default === undefined || typeof field.default === "object" ? undefined : String(field.default);
  const table = isTable(value) ? value : {};
  switch (field.kind) {
    case "prompt":
      return <PromptField value={value} language={props.language} flow={props.flow} disabled={disabled} label={label} onChange={onChange} />;
    case "node":
      return <NodeChoice nodes={props.nodes} value={textOf(value)} required={field.required} disabled={disabled} label={label} onChange={onChange} />;
    case "flag":
      return <Switch checked={typeof value === "boolean" ? value : field.default === true} disabled={disabled} aria-label={label} onChange={(on) => onChange(on === field.default ? undefined : on)} />;
    case "integer":
      return <InputNumber value={typeof value === "number" ? value : null} min={0} max={255} precision={0} placeholder={fallback} disabled={disabled} aria-label={label} onChange={(number) => onChange(number ?? undefined)} />;
    case "duration":
      return <DurationInput value={textOf(value)} placeholder={fallback} disabled={disabled} label={label} onChange={onChange} />;
    case "word":
      return <Select allowClear value={textOf(value)} placeholder={fallback && word(fallback)} disabled={disabled} aria-label={label} options={(field.words ?? []).map((one) => ({ value: one, label: word(one) }))} onChange={(chosen?: string) => onChange(chosen)} />;
    case "queue":
      return <AutoComplete value={textOf(value)} options={queues} disabled={disabled} aria-label={label} onChange={(name: string) => onChange(name)} />;
    case "text":
      return <Input value={textOf(value) ?? ""} placeholder={fallback} disabled={disabled} aria-label={label} onChange={({ target }) => onChange(target.value || (field.required ? "" : undefined))} />;
    case "keys":
      return <DigitTable {...props} table={table} of={(to, set, key) => <NodeChoice nodes={props.nodes} back={props.back} value={textOf(to)} required disabled={disabled} label={`${label} ${key}`} onChange={(value) => set(value ?? "")} />} fresh="" />;
    case "languages":
      return <DigitTable {...props} table={table} of={(to, set, key) => <Select value={textOf(to)} disabled={disabled} aria-label={`${label} ${key}`} options={["zh-CN", "en-US"].map((one) => ({ value: one, label: word(one) }))} onChange={set} />} fresh="zh-CN" />;
    case "scores":
      return <DigitTable {...props} table={table} of={(to, set, key) => <InputNumber value={typeof to === "number" ? to : 0} min={0} max={10} disabled={disabled} aria-label={`${label} ${key}`} onChange={(score) => set(score ?? 0)} />} fresh={0} />;
    case "week":
      return <PairTable {...props} table={table} keyHint={t("table.daysHint")} valueHint={t("table.hoursHint")} />;
    case "except":
      return <PairTable {...props} table={table} keyHint={t("table.dateHint")} valueHint="closed" />;
    case "shifts":
      return <PairTable {...props} table={table} keyHint={t("table.shift")} nodes={props.nodes} toNode />;
    case "levels":
      return <PairTable {...props} table={table} keyHint={t("table.skill")} valueHint={t("table.level")} numbers />;
    case "pairs":
      return <PairTable {...props} table={table} keyHint={t("table.word")} valueHint={field.name === "into" ? "/customer/level" : ""} />;
    case "cases":
      return <Cases cases={Array.isArray(value) ? value.filter(isTable) : []} nodes={props.nodes} disabled={disabled} label={label} onChange={onChange} />;
  }
}

interface ChoiceProps {
  nodes: readonly string[];
  value: string | undefined;
  required?: boolean | undefined;
  back?: boolean;
  disabled: boolean;
  label: string;
  onChange: (node: string | undefined) => void;
}

/** Where a way leads. */
export function NodeChoice({ nodes, value, required = false, back = false, disabled, label, onChange }: ChoiceProps) {
  const { t } = useTranslation("flows");
  const words = back ? (["repeat", "back"] as const).map((one) => ({ value: one, label: t(`way.${one}`) })) : [];
  const known = !value || nodes.includes(value) || words.some((one) => one.value === value);
  return (
    <Select
      showSearch
      allowClear={!required}
      value={value || undefined}
      status={!known || (required && !value) ? "error" : ""}
      placeholder={required ? t("way.nowhere") : t("way.ends")}
      disabled={disabled}
      aria-label={label}
      className={styles.wide ?? ""}
      options={[...nodes.map((name) => ({ value: name, label: name })), ...words]}
      onChange={(node?: string) => onChange(node)}
    />
  );
}

function DurationInput({ value, placeholder, disabled, label, onChange }: { value: string | undefined; placeholder: string | undefined; disabled: boolean; label: string; onChange: (value: string | undefined) => void }) {
  const good = value === undefined || /^\d+(ms|s|m|h)$/.test(value);
  return <Input className={styles.short ?? ""} value={value ?? ""} placeholder={placeholder} status={good ? "" : "error"} disabled={disabled} aria-label={label} onChange={({ target }) => onChange(target.value.trim() || undefined)} />;
}

interface DigitProps extends Props {
  table: Table;
  fresh: Value;
  of: (value: Value | undefined, set: (value: Value) => void, key: string) => React.ReactNode;
}

/** What each key stands for. */
function DigitTable({ table, fresh, of, disabled, onChange }: DigitProps) {
  const { t } = useTranslation("flows");
  const keys = Object.keys(table).sort((a, b) => keyRank(a) - keyRank(b));
  const free = [..."1234567890*#"].filter((key) => !keys.includes(key));
  const change = (key: string, to: string | null, value: Value | undefined) => {
    const left = Object.fromEntries(Object.entries(table).filter(([one]) => one !== key));
    onChange(to === null ? left : { ...left, [to]: value ?? fresh });
  };
  return (
    <div className={styles.rows}>
      {keys.map((key) => (
        <div key={key}>
          <Select value={key} className={styles.digit ?? ""} disabled={disabled} aria-label={t("table.key")} options={[key, ...free].map((one) => ({ value: one, label: one }))} onChange={(to) => change(key, to, table[key])} />
          {of(table[key], (value) => change(key, key, value), key)}
          <Button type="text" icon={<DeleteOutlined />} disabled={disabled} aria-label={`${t("table.remove")} ${key}`} onClick={() => change(key, null, undefined)} />
        </div>
      ))}
      {!disabled && free.length > 0 && (
        <Button size="small" type="dashed" icon={<PlusOutlined />} onClick={() => change("", free[0] ?? "", fresh)}>
          {t("table.add")}
        </Button>
      )}
    </div>
  );
}

interface PairProps extends Props {
  table: Table;
  keyHint: string;
  valueHint?: string;
  numbers?: boolean;
  toNode?: boolean;
}

/** Words and what belongs to each. */
function PairTable({ table, keyHint, valueHint, numbers = false, toNode = false, nodes, disabled, label, onChange }: PairProps) {
  const { t } = useTranslation("flows");
  const pairs = Object.entries(table);
  // The order of the pairs is the author's, and typing in a key must not move its row.
  const put = (place: number, pair: [string, Value] | null) => onChange(Object.fromEntries(pairs.flatMap((one, at): [string, Value][] => (at !== place ? [one] : pair ? [pair] : []))));
  return (
    <div className={styles.rows}>
      {pairs.map(([key, value], place) => (
        <div key={place}>
          <Input className={styles.pairKey ?? ""} value={key} placeholder={keyHint} disabled={disabled} aria-label={`${label} ${place + 1}`} onChange={({ target }) => put(place, [target.value, value])} />
          {toNode ? (
            <NodeChoice nodes={nodes} value={textOf(value)} required disabled={disabled} label={`${label} ${key}`} onChange={(to) => put(place, [key, to ?? ""])} />
          ) : numbers ? (
            <InputNumber value={typeof value === "number" ? value : 1} min={1} max={255} disabled={disabled} aria-label={`${label} ${key}`} onChange={(level) => put(place, [key, level ?? 1])} />
          ) : (
            <Input value={textOf(value) ?? ""} placeholder={valueHint} disabled={disabled} aria-label={`${label} ${key}`} onChange={({ target }) => put(place, [key, target.value])} />
          )}
          <Button type="text" icon={<DeleteOutlined />} disabled={disabled} aria-label={`${t("table.remove")} ${key}`} onClick={() => put(place, null)} />
        </div>
      ))}
      {!disabled && !("" in table) && (
        <Button size="small" type="dashed" icon={<PlusOutlined />} onClick={() => onChange({ ...table, "": numbers ? 1 : "" })}>
          {t("table.add")}
        </Button>
      )}
    </div>
  );
}

const CONDITIONS = ["caller", "caller_prefix", "called", "region", "class", "in_list", "language", "variable"] as const;
const TESTS = ["is", "begins", "at_least", "below"] as const;

/** The cases of a branch, from the first to the last. */
function Cases({ cases, nodes, disabled, label, onChange }: { cases: Table[]; nodes: readonly string[]; disabled: boolean; label: string; onChange: (cases: Value) => void }) {
  const { t } = useTranslation("flows");
  const put = (place: number, one: Table | null) => onChange(cases.flatMap((old, at) => (at !== place ? [old] : one ? [one] : [])));
  const up = (place: number) => onChange(cases.map((one, at) => (at === place - 1 ? cases[place]! : at === place ? cases[place - 1]! : one)));
  return (
    <div className={styles.cases}>
      {cases.map((one, place) => {
        const kind = CONDITIONS.find((name) => name in one) ?? "caller";
        const test = TESTS.find((name) => name in one) ?? "is";
        const list = (value: Value | undefined) => ((Array.isArray(value) ? value : value === undefined ? [] : [value]).map((one) => textOf(one) ?? JSON.stringify(one)));
        const then = textOf(one["then"]);
        const values = (name: string, extra: Table = {}) => (
          <Select mode="tags" open={false} suffix={null} value={list(one[name])} placeholder={t("case.values")} disabled={disabled} aria-label={`${label} ${place + 1}`} onChange={(chosen: string[]) => put(place, { ...extra, [name]: chosen, then: then ?? "" })} />
        );
        return (
          <fieldset key={place} disabled={disabled}>
            <legend>{place + 1}</legend>
            <Space.Compact block>
              <Select
                value={kind}
                aria-label={`${label} ${place + 1}`}
                options={CONDITIONS.map((name) => ({ value: name, label: t(`case.${name}`) }))}
                onChange={(name) => put(place, name === "variable" ? { variable: "", is: [], then: then ?? "" } : { [name]: [], then: then ?? "" })}
              />
              {place > 0 && <Button icon={<ArrowUpOutlined />} aria-label={t("case.up")} onClick={() => up(place)} />}
              <Button icon={<DeleteOutlined />} aria-label={`${t("table.remove")} ${place + 1}`} onClick={() => put(place, null)} />
            </Space.Compact>
            {kind === "variable" ? (
              <>
                <Space.Compact block>
                  <Input value={textOf(one["variable"]) ?? ""} placeholder={t("case.variable")} aria-label={t("case.variable")} onChange={({ target }) => put(place, { ...one, variable: target.value })} />
                  <Select value={test} aria-label={t("case.is")} options={TESTS.map((name) => ({ value: name, label: t(`case.${name}`) }))} onChange={(name) => put(place, { variable: one["variable"] ?? "", [name]: name === "is" || name === "begins" ? [] : 0, then: then ?? "" })} />
                </Space.Compact>
                {test === "is" || test === "begins" ? (
                  values(test, { variable: one["variable"] ?? "" })
                ) : (
                  <InputNumber value={typeof one[test] === "number" ? one[test] : 0} min={0} aria-label={t(`case.${test}`)} onChange={(number) => put(place, { ...one, [test]: number ?? 0 })} />
                )}
              </>
            ) : (
              values(kind)
            )}
            <NodeChoice nodes={nodes} value={then} required disabled={disabled} label={`${t("case.then")} ${place + 1}`} onChange={(to) => put(place, { ...one, then: to ?? "" })} />
          </fieldset>
        );
      })}
      {!disabled && (
        <Button size="small" type="dashed" icon={<PlusOutlined />} onClick={() => onChange([...cases, { caller_prefix: [], then: "" }])}>
          {t("table.add")}
        </Button>
      )}
    </div>
  );
}
