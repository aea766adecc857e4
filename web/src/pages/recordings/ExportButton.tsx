import { useState } from "react";
import { DownloadOutlined } from "@ant-design/icons";
import { useMutation } from "@tanstack/react-query";
import { App, Button, Form, Input, Modal } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { Failure } from "~/ui";

/** All of an export, at most: as long as a slow line takes for what one may take at a time. */
const EXPORT_MS_MAX = 600_000;

/** Takes the chosen recordings home, for those who may, with a reason that stands in the log and in each file (REC-13). */
export function ExportButton({ chosen, onTaken }: { chosen: readonly string[]; onTaken: () => void }) {
  const { t } = useTranslation("recordings");
  const { message } = App.useApp();
  const [open, setOpen] = useState(false);
  const [form] = Form.useForm<{ reason: string }>();
  const taking = useMutation({
    mutationFn: ({ reason }: { reason: string }) => api.post<Blob>("/recordings/export", { recordings: chosen, reason }, { blob: true, timeoutMs: EXPORT_MS_MAX }),
    onSuccess: (file) => {
      keep(file);
      close();
      onTaken();
      message.success(t("export.done", { count: chosen.length }));
    },
  });
  const close = () => {
    setOpen(false);
    form.resetFields();
    taking.reset();
  };
  return (
    <>
      <Button icon={<DownloadOutlined />} disabled={chosen.length === 0} onClick={() => setOpen(true)}>
        {t("export.title", { count: chosen.length })}
      </Button>
      <Modal open={open} title={t("export.dialog", { count: chosen.length })} okText={t("export.begin")} confirmLoading={taking.isPending} onCancel={close} onOk={() => form.submit()}>
        <p>{t("export.body")}</p>
        {taking.error && <Failure error={taking.error} compact />}
        <Form form={form} layout="vertical" onFinish={(values) => taking.mutate(values)}>
          <Form.Item name="reason" label={t("export.reason")} rules={[{ required: true, whitespace: true, message: t("export.reasonNeeded") }]}>
            <Input autoFocus maxLength={200} />
          </Form.Item>
        </Form>
      </Modal>
    </>
  );
}

function keep(file: Blob): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = address;
  link.download = "belltower-recordings.zip";
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
