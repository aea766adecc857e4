import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Form, Input, Modal, Select } from "antd";
import { useTranslation } from "react-i18next";
import { addEntry, type EntrySent } from "~/api/lists";
import { ProblemNote } from "~/ui";

/** The terms that the sources name; 0: for ever. */
const DAYS = [1, 7, 30, 0];

interface Filled {
  number: string;
  reason: string;
  days: number;
  owner?: string;
}

function sent({ number, reason, days, owner }: Filled): EntrySent {
  return { number: number.trim(), reason: reason.trim(), ...(days === 0 ? { permanent: true } : { days }), ...(owner?.trim() ? { owner: owner.trim() } : {}) };
}

/** Puts a number on a list. */
export function AddDialog({ list, denies, onClose }: { list: string; denies: boolean; onClose: () => void }) {
  const { t } = useTranslation("lists");
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<Filled>();
  const add = useMutation({
    mutationFn: (filled: Filled) => addEntry(list, sent(filled)),
    onSuccess: ({ entry }) => {
      void message.success(entry?.state === "proposed" ? t("form.proposed") : t("form.done"));
      void queries.invalidateQueries({ queryKey: ["lists"] });
      onClose();
    },
  });
  return (
    <Modal open title={t("form.title", { list })} okText={t("add")} okButtonProps={{ loading: add.isPending }} onOk={() => form.submit()} onCancel={onClose}>
      <Form<Filled> form={form} layout="vertical" initialValues={{ days: denies ? 7 : 30 }} onFinish={(filled) => add.mutate(filled)}>
        <Form.Item name="number" label={t("form.number")} extra={t("form.numberHint")} rules={[{ required: true, whitespace: true, message: t("form.number") }]}>
          <Input autoFocus maxLength={32} />
        </Form.Item>
        <Form.Item name="reason" label={t("form.reason")} rules={[{ required: true, whitespace: true, message: t("form.reason") }]}>
          <Input maxLength={200} />
        </Form.Item>
        <Form.Item name="days" label={t("form.term")}>
          <Select options={DAYS.map((value) => ({ value, label: value > 0 ? t("form.days", { count: value }) : denies ? t("form.permanent") : t("forEver") }))} />
        </Form.Item>
        <Form.Item name="owner" label={t("form.owner")}>
          <Input maxLength={64} />
        </Form.Item>
      </Form>
      <ProblemNote of={add.error} />
    </Modal>
  );
}
