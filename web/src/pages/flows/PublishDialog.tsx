import { useState } from "react";
import { useMutation } from "@tanstack/react-query";
import { Alert, App, Input, Modal } from "antd";
import { useTranslation } from "react-i18next";
import { publishFlow } from "~/api/flows";
import { isProblem } from "~/api/problem";
import { useProblemText } from "~/ui";
import { DifferenceView } from "../text/DifferenceView";

interface Props {
  flow: string;
  /** What callers hear now, and what they would hear. */
  published: string;
  text: string;
  base: number | undefined;
  onClose: () => void;
  onPublished: () => void;
}

/** The last look before callers hear it. */
export function PublishDialog({ flow, published, text, base, onClose, onPublished }: Props) {
  const { t } = useTranslation("flows");
  const { message } = App.useApp();
  const problem = useProblemText();
  const [comment, setComment] = useState("");
  const publish = useMutation({
    mutationFn: () => publishFlow(flow, text, comment, base),
    onSuccess: () => {
      message.success(t("publish.done"));
      onPublished();
      onClose();
    },
  });
  const said = publish.error && problem(publish.error);
  const conflict = isProblem(publish.error, "config_changed");
  return (
    <Modal open width={760} title={t("publish.title")} okText={t("bar.publish")} okButtonProps={{ loading: publish.isPending }} onOk={() => publish.mutate()} onCancel={onClose}>
      <p className="soft">{t("publish.body")}</p>
      <label>
        {t("publish.comment")}
        <Input autoFocus maxLength={200} value={comment} placeholder={t("publish.commentHint")} onChange={({ target }) => setComment(target.value)} onPressEnter={() => publish.mutate()} />
      </label>
      <h4>{t("publish.difference")}</h4>
      <DifferenceView before={published} after={text} same={t("publish.nothing")} label={t("publish.difference")} />
      {said && <Alert style={{ marginTop: 12 }} type="error" showIcon title={conflict ? t("publish.conflict") : said.what} description={conflict ? t("publish.conflictBody") : said.remedy} />}
    </Modal>
  );
}
