import { useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Input, Modal, Radio, Space } from "antd";
import { useTranslation } from "react-i18next";
import { templatesQuery } from "~/api/flows";
import { usePreferences } from "~/app/preferences";
import styles from "./flows.module.css";

/** What a flow of one's own begins with. */
export const EMPTY = `flow = "new"
version = 1
language = "zh-CN"
start = "answer"

[nodes.answer]
do = "answer"
next = "notice"

[nodes.notice]
do = "play"
notice = true
prompt = "为提升服务质量，本次通话将被录音。"
next = "end"

[nodes.end]
do = "hangup"
prompt = "感谢您的来电，再见。"
`;

/** A name, and what the flow begins with; it is drawn, and nobody hears it before it is published. */
export function NewFlowDialog({ taken, onClose }: { taken: readonly string[]; onClose: () => void }) {
  const { t } = useTranslation("flows");
  const { language } = usePreferences();
  const navigate = useNavigate();
  const templates = useQuery(templatesQuery).data?.items ?? [];
  const [name, setName] = useState("");
  const [from, setFrom] = useState("empty");
  const wanted = name.trim();
  const wrong = wanted !== "" && !/^[\p{L}\d._-]{1,64}$/u.test(wanted) ? t("fresh.wrong") : taken.includes(wanted) ? t("fresh.taken") : null;
  const open = () => void navigate({ to: "/flows/$flow", params: { flow: wanted }, search: { from } as never });
  return (
    <Modal open title={t("fresh.title")} okText={t("fresh.draw")} okButtonProps={{ disabled: !wanted || wrong !== null }} onOk={open} onCancel={onClose}>
      <div className={styles.fresh}>
        <label>
          {t("list.name")}
          <Input autoFocus maxLength={64} status={wrong ? "error" : ""} aria-label={t("list.name")} value={name} onChange={({ target }) => setName(target.value)} />
          {wrong && <small role="alert">{wrong}</small>}
        </label>
        <Radio.Group value={from} aria-label={t("fresh.from")} onChange={({ target }) => setFrom(String(target.value))}>
          <Space orientation="vertical">
            <Radio value="empty">{t("fresh.empty")}</Radio>
            {templates.map(({ name, zh, en }) => (
              <Radio key={name} value={name}>
                {language === "en" ? en : zh}
              </Radio>
            ))}
          </Space>
        </Radio.Group>
        <p className="soft">{t("fresh.hint")}</p>
      </div>
    </Modal>
  );
}
