import { useRef, useState } from "react";
import { ArrowDownOutlined, ArrowUpOutlined, CloseOutlined, HolderOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useFieldName } from "~/work/CustomerFields";
import { moved } from "./layout";
import styles from "./pop.module.css";

interface Props {
  fields: string[];
  onChange: (fields: string[]) => void;
}

/** Fields in their order: dragged, or moved by buttons that stay under the finger that pressed them. */
export function FieldList({ fields, onChange }: Props) {
  const { t } = useTranslation("pop");
  const nameOf = useFieldName();
  const list = useRef<HTMLOListElement>(null);
  const [dragged, setDragged] = useState<string | null>(null);
  const [told, setTold] = useState("");
  const focus = (place: number, ...acts: string[]) =>
    requestAnimationFrame(() => {
      const row = list.current?.children[place];
      acts.map((act) => row?.querySelector<HTMLElement>(`[data-act=${act}]:not(:disabled)`)).find(Boolean)?.focus();
    });
  const move = (from: number, to: number, act: "up" | "down") => {
    onChange(moved(fields, from, to));
    setTold(t("movedTo", { field: nameOf(fields[from] ?? ""), place: to + 1, count: fields.length }));
    focus(to, act, "up", "down");
  };
  const remove = (place: number) => {
    onChange(fields.filter((_, other) => other !== place));
    setTold(t("removed", { field: nameOf(fields[place] ?? "") }));
    focus(Math.min(place, fields.length - 2), "remove");
  };
  return (
    <>
      <h2 className={styles.head}>{t("fields")}</h2>
      <ol ref={list} className={styles.fields} aria-label={t("fields")}>
        {fields.map((field, place) => (
          <li
            key={field}
            draggable
            data-dragged={field === dragged ? "" : undefined}
            onDragStart={() => setDragged(field)}
            onDragEnd={() => setDragged(null)}
            onDragOver={(event) => event.preventDefault()}
            onDragEnter={() => dragged !== null && dragged !== field && onChange(moved(fields, fields.indexOf(dragged), place))}
          >
            <HolderOutlined className={styles.handle} aria-hidden />
            <span className={styles.field}>
              {nameOf(field)} {nameOf(field) !== field && <code className="soft">{field}</code>}
            </span>
            <Button type="text" size="small" data-act="up" icon={<ArrowUpOutlined />} disabled={place === 0} aria-label={t("up", { field: nameOf(field) })} title={t("up", { field: nameOf(field) })} onClick={() => move(place, place - 1, "up")} />
            <Button type="text" size="small" data-act="down" icon={<ArrowDownOutlined />} disabled={place === fields.length - 1} aria-label={t("down", { field: nameOf(field) })} title={t("down", { field: nameOf(field) })} onClick={() => move(place, place + 1, "down")} />
            <Button type="text" size="small" data-act="remove" icon={<CloseOutlined />} aria-label={t("remove", { field: nameOf(field) })} title={t("remove", { field: nameOf(field) })} onClick={() => remove(place)} />
          </li>
        ))}
      </ol>
      <p role="status" className="unseen">
        {told}
      </p>
    </>
  );
}
