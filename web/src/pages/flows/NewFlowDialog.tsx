import { useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Input, Modal, Radio, Space } from "antd";
import { useTranslation } from "react-i18next";
import { templatesQuery } from "~/api/flows";
import { Query, useSaid } from "~/ui";
import styles from "./flows.module.css";

/** A name, and what the flow begins with; it is drawn, and nobody hears it before it is published. */
export function NewFlowDialog({ taken, onClose }: { taken: readonly string[]; onClose: () => void }) {
  const { t } = useTranslation("flows");
  const said = useSaid();
  const navigate = useNavigate();
  const templates = useQuery(templatesQuery);
  const [name, setName] = useState("");
  const [chosen, setChosen] = useState<string | null>(null);
  const from = chosen ?? templates.data?.items[0]?.name;
  const wanted = name.trim();
  const wrong = wanted !== "" && !/^[\p{L}\d._-]{1,64}$/u.test(wanted) ? t("fresh.wrong") : taken.includes(wanted) ? t("fresh.taken") : null;
  const open = () => void navigate({ to: "/flows/$flow", params: { flow: wanted }, search: { from } as never });
  return (
    <Modal open title={t("fresh.title")} okText={t("fresh.draw")} okButtonProps={{ disabled: !wanted || wrong !== null || from === undefined }} onOk={open} onCancel={onClose}>
      <div className={styles.fresh}>
        <label>
          {t("list.name")}
          <Input autoFocus maxLength={64} status={wrong ? "error" : ""} aria-label={t("list.name")} value={name} onChange={({ target }) => setName(target.value)} />
          {wrong && <small role="alert">{wrong}</small>}
        </label>
        <Query of={templates} compact>
          {({ items }) => (
            <Radio.Group value={from} aria-label={t("fresh.from")} onChange={({ target }) => setChosen(String(target.value))}>
              <Space orientation="vertical">
                {items.map((template) => (
                  <Radio key={template.name} value={template.name}>
                    {said(template)}
                  </Radio>
                ))}
              </Space>
            </Radio.Group>
          )}
        </Query>
        <p className="soft">{t("fresh.hint")}</p>
      </div>
    </Modal>
  );
}
