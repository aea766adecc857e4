import { useEffect, useMemo, useRef, useState } from "react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Input, Modal } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { useMay } from "~/api/me";
import { isProblem } from "~/api/problem";
import { StateTag, useProblemText } from "~/ui";
import { useLeave } from "../editing";
import { Offered } from "../Offered";
import { DifferenceView } from "../text/DifferenceView";
import { TextEdit, type TextEditHandle } from "../text/TextEdit";
import styles from "./config.module.css";
import { type Config, configCheckQuery, type ConfigChecked, configQuery, lineOfMistake } from "./queries";

/** How long after the last change the server is asked. */
const SETTLE_MS = 500;

/** The whole configuration as text: mistakes stand at their place, and nothing takes effect unseen. */
export function TextPart() {
  return <Offered of={useQuery(configQuery)}>{(config) => <Editor key={config.version} config={config} />}</Offered>;
}

function Editor({ config }: { config: Config }) {
  const { t } = useTranslation("config");
  const may = useMay();
  // The text is all of it; whoever may change only a part does that elsewhere.
  const editable = ["queue.write", "number.write", "trunk.write", "policy.write"].every((permission) => may({ permission, admin: true, atLeast: "tenant" }));
  const [text, setText] = useState(config.text);
  const [settled, setSettled] = useState(text);
  const [applying, setApplying] = useState(false);
  const edit = useRef<TextEditHandle>(null);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const changed = text !== config.text;
  const check = useQuery({ ...configCheckQuery(settled, config.files), enabled: editable && settled !== config.text });
  const mistakes = useMemo(() => (changed ? (check.data?.mistakes ?? []) : []), [changed, check.data]);
  const waits = changed && (settled !== text || check.isFetching);
  useLeave(changed, t("text.leave"));
  return (
    <>
      <div className={styles.bar}>
        {!editable ? <span className="soft">{t("text.readOnly")}</span> : <StateTag tone={changed ? "warn" : "good"}>{changed ? t("text.changed") : t("text.unchanged")}</StateTag>}
        {changed && <StateTag tone={waits ? "idle" : mistakes.length > 0 ? "bad" : "good"}>{waits ? t("text.checking") : mistakes.length > 0 ? t("text.mistakes", { count: mistakes.length }) : t("text.good")}</StateTag>}
        <span className={styles.fill} />
        {editable && changed && <Button onClick={() => setText(config.text)}>{t("text.discard")}</Button>}
        {editable && (
          <Button type="primary" disabled={!changed || waits || mistakes.length > 0 || !check.data} onClick={() => setApplying(true)}>
            {t("text.apply")}
          </Button>
        )}
      </div>
      <TextEdit ref={edit} value={text} label={t("text.label")} readOnly={!editable} height="calc(100dvh - 320px)" marks={mistakes.filter(({ file }) => !file).map((mistake) => ({ line: lineOfMistake(mistake), problem: mistake.problem }))} onChange={setText} />
      {mistakes.length > 0 && (
        <ul className={styles.mistakes}>
          {mistakes.map((mistake, place) => (
            <li key={place}>
              <Button type="link" size="small" disabled={Boolean(mistake.file)} onClick={() => edit.current?.goTo(lineOfMistake(mistake))}>
                {mistake.file ? `${mistake.file}:` : ""}
                {lineOfMistake(mistake)}
              </Button>
              <span>{mistake.problem}</span> {mistake.remedy && <span className="soft">{mistake.remedy}</span>}
            </li>
          ))}
        </ul>
      )}
      {applying && check.data && <ApplyDialog config={config} text={text} checked={check.data} onClose={() => setApplying(false)} />}
    </>
  );
}

/** The last look before it takes effect. */
function ApplyDialog({ config, text, checked, onClose }: { config: Config; text: string; checked: ConfigChecked; onClose: () => void }) {
  const { t } = useTranslation("config");
  const { message } = App.useApp();
  const problem = useProblemText();
  const queries = useQueryClient();
  const [comment, setComment] = useState("");
  const apply = useMutation({
    mutationFn: () => api.put<{ version: number }>("/config", { base_version: config.version, text, files: config.files, comment }),
    onSuccess: ({ version }) => {
      message.success(t("apply.done", { version }));
      void queries.invalidateQueries({ queryKey: ["config"] });
      onClose();
    },
  });
  return (
    <Modal open width={800} title={t("apply.title")} okText={t("text.apply")} okButtonProps={{ loading: apply.isPending }} onOk={() => apply.mutate()} onCancel={onClose}>
      <p className="soft">{t("apply.body")}</p>
      <Input autoFocus maxLength={200} value={comment} placeholder={t("apply.comment")} aria-label={t("apply.comment")} onChange={({ target }) => setComment(target.value)} />
      <h4>{t("apply.difference")}</h4>
      <DifferenceView before={config.text} after={text} same={t("apply.same")} label={t("apply.difference")} />
      {(checked.warnings ?? []).length > 0 && <Alert className={styles.said ?? ""} type="warning" showIcon title={t("apply.warnings")} description={checked.warnings?.join("; ")} />}
      {apply.error && <Alert className={styles.said ?? ""} type="error" showIcon title={isProblem(apply.error, "config_changed") ? t("apply.conflict") : problem(apply.error).what} description={problem(apply.error).remedy} />}
    </Modal>
  );
}
