import { useEffect, useRef, type ReactNode } from "react";
import { Button, Input, Radio, Select, Switch } from "antd";
import { useTranslation } from "react-i18next";
import type { FieldValue, SummaryField } from "~/api/work";
import { isProblem } from "~/api/problem";
import { ProblemNote, useSaid } from "~/ui";
import { DispositionPicker } from "./DispositionPicker";
import { OwnerFields } from "./OwnerFields";
import { NOTE_LENGTH_MAX, requiredOf, withOwner } from "./summary";
import { useAsked, type SummaryWork } from "./useSummary";
import styles from "./work.module.css";

interface Props {
  call: string;
  work: SummaryWork;
  /** What can be done with it, beside saving. */
  actions?: ReactNode;
  /** Whether the owner's data can be put right: where the number is known. */
  owner?: boolean;
}

/** The summary of a call: result, what the result asks for, note (AGT-04, AGT-05). */
export function SummaryForm({ call, work, actions, owner = true }: Props) {
  const { t } = useTranslation("work");
  const root = useRef<HTMLDivElement>(null);
  const asked = useAsked(({ missing }) => missing);
  const { dispositions, text, change } = work;
  const refused = isProblem(work.problem) ? work.problem.fields.map(({ field }) => field) : [];
  const wanted = asked.call === call ? asked.fields : [];
  const tree = dispositions?.tree ?? [];
  const required = requiredOf(tree, text.disposition);
  const told = wanted.length > 0 || refused.length > 0;
  // A field is marked once somebody was told that something is missing, and only while it is.
  const bad = (name: string) => told && (work.missing.includes(name) || (work.missing.length === 0 && refused.includes(name)));
  const first = work.missing[0] ?? wanted[0] ?? refused[0];
  useEffect(() => {
    if (told && first) focusField(root.current, first);
    // When somebody is told, and not while he fills in what was missing.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [told, asked.turn, work.problem]);

  return (
    <div ref={root} className={styles.summary}>
      {!work.waits && <ProblemNote of={work.problem} />}
      {tree.length > 0 && (
        <Row label={t("summary.disposition")} required={dispositions?.rule.required} problem={bad("disposition") && t("summary.missing")}>
          <DispositionPicker tree={tree} path={text.disposition} invalid={bad("disposition")} onChange={(disposition) => change({ disposition })} />
        </Row>
      )}
      <div className={styles.pair}>
        <Row label={t("summary.resolved")} required={required.includes("resolved")} problem={bad("resolved") && t("summary.missing")}>
          <div id="summary-resolved">
            <Radio.Group optionType="button" aria-label={t("summary.resolved")} value={text.resolved} onChange={({ target }) => change({ resolved: target.value as boolean })} options={[{ value: true, label: t("summary.yes") }, { value: false, label: t("summary.no") }]} />
          </div>
        </Row>
        {(dispositions?.fields ?? []).map((field) => (
          <OwnField key={field.name} field={field} value={text.fields[field.name] ?? null} required={required.includes(field.name)} bad={bad(field.name)} onChange={(value) => change({ fields: { ...text.fields, [field.name]: value } })} />
        ))}
      </div>
      <Row label={t("summary.note")} required={required.includes("note")} problem={bad("note") && t("summary.missing")}>
        <Input.TextArea
          id="summary-note"
          aria-label={t("summary.note")}
          value={text.note}
          maxLength={NOTE_LENGTH_MAX}
          autoSize={{ minRows: 2, maxRows: 8 }}
          placeholder={t("summary.notePlaceholder")}
          onChange={({ target }) => change({ note: target.value })}
        />
        {text.note.length > NOTE_LENGTH_MAX * 0.9 && <span className="soft figures">{`${text.note.length} / ${NOTE_LENGTH_MAX}`}</span>}
      </Row>
      {owner && <OwnerFields owner={text.owner} onChange={(next) => change(withOwner(tree, text, next))} />}
      <div className={styles.actions}>
        {actions ?? <SaveButton work={work} primary />}
        <SavedState work={work} />
      </div>
    </div>
  );
}

export function SaveButton({ work, primary = false }: { work: SummaryWork; primary?: boolean }) {
  const { t } = useTranslation(["work", "app"]);
  return (
    <Button type={primary ? "primary" : "default"} loading={work.busy} disabled={!work.dirty} onClick={() => void work.save()}>
      {t("app:act.save")}
    </Button>
  );
}

function SavedState({ work }: { work: SummaryWork }) {
  const { t } = useTranslation("work");
  const word = work.waits ? t("summary.waits") : work.dirty ? t("summary.draft") : work.saved?.state === "filled" ? t("summary.saved") : null;
  return (
    <span className={work.waits ? styles.waits : "soft"} role="status">
      {word}
    </span>
  );
}

function focusField(root: HTMLElement | null, name: string): void {
  const found = root?.querySelector<HTMLElement>(`#summary-${CSS.escape(name)}`);
  const inside = found?.matches("input,textarea,button") ? found : (found?.querySelector<HTMLElement>("input,textarea,button") ?? found);
  inside?.focus();
  found?.scrollIntoView({ block: "center" });
}

export function Row({ label, required = false, problem, children }: { label: ReactNode; required?: boolean; problem?: ReactNode; children: ReactNode }) {
  return (
    <div className={styles.row}>
      <span className={styles.label}>
        {label}
        {required && <b aria-hidden>*</b>}
      </span>
      {children}
      {problem && (
        <span className={styles.bad} role="alert">
          {problem}
        </span>
      )}
    </div>
  );
}

interface OwnFieldProps {
  field: SummaryField;
  value: FieldValue;
  required: boolean;
  bad: boolean;
  onChange: (value: FieldValue) => void;
}

function OwnField({ field, value, required, bad, onChange }: OwnFieldProps) {
  const { t } = useTranslation("work");
  const said = useSaid();
  const id = `summary-${field.name}`;
  const label = said(field);
  const input = () => {
    switch (field.kind) {
      case "text":
        return <Input id={id} aria-label={label} maxLength={200} value={typeof value === "string" ? value : ""} onChange={({ target }) => onChange(target.value)} />;
      case "date":
        return <Input id={id} aria-label={label} type="date" value={typeof value === "string" ? value : ""} onChange={({ target }) => onChange(target.value)} />;
      case "yes_no":
        return <Switch id={id} aria-label={label} checked={value === true} onChange={onChange} checkedChildren={t("summary.yes")} unCheckedChildren={t("summary.no")} />;
      case "choice":
        return <Select id={id} aria-label={label} allowClear value={typeof value === "string" ? value : undefined} options={(field.choices ?? []).map((choice) => ({ value: choice.code, label: said(choice) }))} onChange={(code?: string) => onChange(code ?? null)} />;
    }
  };
  return (
    <Row label={label} required={required} problem={bad && t("summary.missing")}>
      {input()}
    </Row>
  );
}
