import { useRef, useState } from "react";
import { PlusOutlined } from "@ant-design/icons";
import { Button, Form, Input, Space } from "antd";
import { useTranslation } from "react-i18next";
import { useFieldName } from "~/work/CustomerFields";
import { choicesOf, FIELDS_MAX, wrongWith } from "./layout";
import styles from "./pop.module.css";

interface Props {
  fields: string[];
  /** Those of the system of customers. */
  crm: string[];
  onAdd: (field: string) => void;
}

/** What can still be shown: usual fields by one click, the centre's own by its code. */
export function AddField({ fields, crm, onAdd }: Props) {
  const { t } = useTranslation("pop");
  const nameOf = useFieldName();
  const [typed, setTyped] = useState("");
  const code = typed.trim();
  const wrong = code ? wrongWith(code, fields) : null;
  const full = fields.length >= FIELDS_MAX;
  const choices = choicesOf(fields, crm);
  const section = useRef<HTMLElement>(null);
  // The button that was pressed is gone: the one in its place is next, or the field for a code.
  const choose = (field: string, place: number) => {
    onAdd(field);
    requestAnimationFrame(() => {
      const next = section.current?.querySelectorAll<HTMLElement>("[data-choice]:not(:disabled)")[Math.min(place, choices.length - 2)];
      (next ?? section.current?.querySelector("input"))?.focus();
    });
  };
  const add = () => {
    if (!code || wrong) return;
    onAdd(code);
    setTyped("");
  };
  return (
    <section ref={section} aria-label={t("add")}>
      <h2 className={styles.head}>{t("add")}</h2>
      {full && <p className="soft">{t("wrong.full", { count: FIELDS_MAX })}</p>}
      {choices.length > 0 && (
        <div className={styles.choices}>
          {choices.map((field, place) => (
            <Button key={field} data-choice size="small" icon={<PlusOutlined />} disabled={full} title={field} onClick={() => choose(field, place)}>
              {nameOf(field)}
            </Button>
          ))}
        </div>
      )}
      <Form layout="vertical" onFinish={add}>
        <Form.Item className={styles.codeItem ?? ""} label={t("code")} htmlFor="pop-field" extra={t("codeHint")} {...(wrong && { validateStatus: "error", help: t(`wrong.${wrong}`, { count: FIELDS_MAX }) })}>
          <Space.Compact className={styles.code ?? ""}>
            <Input id="pop-field" value={typed} maxLength={60} disabled={full} autoComplete="off" spellCheck={false} placeholder="contract_no" onChange={({ target }) => setTyped(target.value)} />
            <Button htmlType="submit" disabled={!code || wrong !== null}>
              {t("addCode")}
            </Button>
          </Space.Compact>
        </Form.Item>
      </Form>
    </section>
  );
}
