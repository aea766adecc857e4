import { useState } from "react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Card } from "antd";
import { useTranslation } from "react-i18next";
import { useMay } from "~/api/me";
import type { Unit } from "~/api/people";
import { Empty, ProblemNote, StateTag, useSending, type Tone } from "~/ui";
import { CustomerFields, CustomerWho, useFieldName } from "~/work/CustomerFields";
import { configQuery } from "../config/queries";
import { onSaveKey, useLeave } from "../editing";
import editor from "../editor.module.css";
import { Overtaken } from "../Overtaken";
import { AddField } from "./AddField";
import { FieldList } from "./FieldList";
import { crmFieldsOf, type Edit, same, sampleOf, type Standing, standingOf } from "./layout";
import { layoutQuery, putLayout } from "./queries";

const tones: Record<Standing, Tone> = { own: "good", above: "idle", usual: "idle" };

interface Props {
  unit: Unit;
  /** What it belongs to. */
  above: Unit | null;
  /** What is in force. */
  now: string[];
}

/** The fields that a unit sees: chosen, put in order, and looked at before they are saved. */
export function LayoutEditor({ unit, above, now }: Props) {
  const { t } = useTranslation(["pop", "app"]);
  const aboveNow = useQuery({ ...layoutQuery(above?.unit ?? ""), enabled: above !== null });
  const [edit, setEdit] = useState<Edit | null>(null);
  const fields = edit?.fields ?? now;
  const changed = edit !== null && !same(fields, now);
  const overtaken = edit !== null && changed && !same(edit.from, now);
  const change = (fields: string[]) => setEdit({ from: edit?.from ?? now, fields });
  useLeave(changed, t("leave"));
  const { send, busy, problem, forget } = useSaving(unit.unit, () => setEdit(null));
  const take = (next: Edit | null) => {
    forget();
    setEdit(next);
  };
  const save = () => void (edit && changed && !overtaken && send(edit));
  // Who may not see the layout above cannot be told how the two compare.
  const standing = above && !aboveNow.data ? null : standingOf(now, aboveNow.data ?? null);
  const crm = useCrmFields();
  return (
    <div onKeyDown={onSaveKey(save)}>
      <div className={editor.bar}>
        {changed ? <StateTag tone="warn">{t("changed")}</StateTag> : standing && <StateTag tone={tones[standing]}>{t(`standing.${standing}`, { unit: above?.name ?? "" })}</StateTag>}
        <span className={editor.fill} />
        {fields.length > 0 && (standing === "own" || changed) && <Button onClick={() => change([])}>{above ? t("follow", { unit: above.name }) : t("toUsual")}</Button>}
        {changed && <Button onClick={() => take(null)}>{t("discard")}</Button>}
        <Button type="primary" title="Ctrl+S" loading={busy} disabled={!changed || overtaken} onClick={save}>
          {t("app:act.save")}
        </Button>
      </div>
      {overtaken && <Meanwhile now={now} onTheirs={() => take(null)} onMine={() => take({ ...edit, from: now })} />}
      <ProblemNote of={problem} />
      <div className={editor.halves}>
        <div>
          {fields.length > 0 ? <FieldList fields={fields} onChange={change} /> : <Empty title={above ? t("follows", { unit: above.name }) : t("usual")} hint={t("followsHint")} />}
          <AddField fields={fields} crm={crm} onAdd={(field) => change([...fields, field])} />
        </div>
        <Preview fields={fields.length > 0 ? fields : (aboveNow.data ?? [])} rest={!above && (fields.length === 0 || (!changed && standing === "usual"))} />
      </div>
    </div>
  );
}

/** Saves unless somebody else was quicker: the server keeps no versions of a layout, so it is read once more before. */
function useSaving(unit: string, onSaved: () => void) {
  const { t } = useTranslation("pop");
  const { message } = App.useApp();
  const queries = useQueryClient();
  return useSending(async ({ from, fields }: Edit) => {
    const now = await queries.fetchQuery(layoutQuery(unit));
    if (!same(from, now)) return;
    await putLayout(unit, fields);
    // Also those of the units that follow this one.
    await queries.invalidateQueries({ queryKey: ["customer-layout"] });
    onSaved();
    void message.success(t("done"));
  });
}

/** The fields of the system of customers, for those who may see the configuration. */
function useCrmFields(): string[] {
  const may = useMay();
  const { data } = useQuery({ ...configQuery, enabled: may({ permission: "config.read", path: "/v1/config" }) });
  return crmFieldsOf(data?.text ?? "");
}

function Meanwhile({ now, onTheirs, onMine }: { now: string[]; onTheirs: () => void; onMine: () => void }) {
  const { t } = useTranslation("pop");
  const nameOf = useFieldName();
  return (
    <Overtaken title={t("theirs")} takeTheirs={t("takeTheirs")} keepMine={t("keepMine")} onTheirs={onTheirs} onMine={onMine}>
      {t("theirsAre", { fields: now.map(nameOf).join(t("comma")) })}
    </Overtaken>
  );
}

function Preview({ fields, rest }: { fields: string[]; rest: boolean }) {
  const { t } = useTranslation("pop");
  const customer = sampleOf(fields, t("sample", { returnObjects: true }));
  return (
    <section className={editor.preview} aria-label={t("preview")}>
      <h2>{t("preview")}</h2>
      <p className="soft">{t("previewHint")}</p>
      <Card size="small" title={<CustomerWho customer={customer} />}>
        <CustomerFields customer={customer} />
        {rest && <p className="soft">{t("rest")}</p>}
      </Card>
    </section>
  );
}
