import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Form, Input, Modal } from "antd";
import { useTranslation } from "react-i18next";
import { approvalsQuery, stageOf, termsQuery, type ApprovalView, type ExportStage } from "~/api/approvals";
import { Failure, Loading, Moment } from "~/ui";
import { useExport } from "../approvals/useExport";

interface DialogProps {
  chosen: readonly string[];
  onClose: () => void;
  /** Shows the requests for approval. */
  onSee: () => void;
  onTaken: () => void;
}

/** Exports with a reason that stands in the log and in each file; tells what a second person must approve, and how that stands. */
export function ExportDialog({ chosen, onClose, onSee, onTaken }: DialogProps) {
  const { t } = useTranslation("recordings");
  const [form] = Form.useForm<{ reason: string }>();
  const terms = useQuery({ ...termsQuery, refetchOnMount: "always" });
  const approvals = useQuery({ ...approvalsQuery, refetchOnMount: "always" });
  const exporting = useExport(() => {
    onClose();
    onTaken();
  });
  const failed = terms.error ?? approvals.error;
  const stage = terms.data && approvals.data ? stageOf(chosen, terms.data, approvals.data.items) : null;
  const asksWhy = stage?.kind === "alone" || stage?.kind === "ask";
  const begin = () => (stage?.kind === "approved" ? exporting.mutate({ recordings: chosen, approval: stage.approval.approval }) : form.submit());
  const again = () => {
    void terms.refetch();
    void approvals.refetch();
  };
  return (
    <Modal
      open
      title={t("export.dialog", { count: chosen.length })}
      okText={t(stage?.kind === "ask" ? "export.ask" : "export.begin")}
      okButtonProps={{ disabled: stage === null || stage.kind === "waiting" }}
      confirmLoading={exporting.isPending}
      onCancel={onClose}
      onOk={begin}
    >
      {stage === null ? failed ? <Failure error={failed} retry={again} compact /> : <Loading compact /> : <Stage of={stage} onSee={onSee} />}
      {exporting.error && <Failure error={exporting.error} compact />}
      {asksWhy && (
        <Form form={form} layout="vertical" onFinish={({ reason }) => exporting.mutate({ recordings: chosen, reason })}>
          <Form.Item name="reason" label={t("export.reason")} rules={[{ required: true, whitespace: true, message: t("export.reasonNeeded") }]}>
            <Input autoFocus maxLength={200} />
          </Form.Item>
        </Form>
      )}
    </Modal>
  );
}

/** What happens to such an export here, and what has. */
function Stage({ of: stage, onSee }: { of: ExportStage; onSee: () => void }) {
  const { t } = useTranslation("recordings");
  switch (stage.kind) {
    case "alone":
      return <p>{t("export.body")}</p>;
    case "ask":
      return (
        <>
          {stage.last && <Alert type="warning" showIcon title={t(stage.last.state === "refused" ? "export.refused" : "export.expired", { name: stage.last.answered_by ?? "" })} description={stage.last.because} />}
          <Alert type="info" showIcon title={t("export.needed")} description={t("export.neededHint")} />
          <p>{t("export.body")}</p>
        </>
      );
    case "waiting":
      return (
        <Alert
          type="info"
          showIcon
          title={t("export.waiting")}
          description={
            <>
              <p>{t("export.waitingHint")}</p>
              <Ends of={stage.approval} />
            </>
          }
          action={<Button size="small" onClick={onSee}>{t("export.see")}</Button>}
        />
      );
    case "approved":
      return (
        <Alert
          type="success"
          showIcon
          title={t("export.approved", { name: stage.approval.answered_by ?? "" })}
          description={
            <>
              <p>{t("export.approvedHint")}</p>
              <Ends of={stage.approval} />
            </>
          }
        />
      );
  }
}

function Ends({ of: { ends, reason } }: { of: ApprovalView }) {
  const { t } = useTranslation("recordings");
  return (
    <>
      <p>{t("export.why", { reason })}</p>
      <p>
        {t("export.until")} <Moment at={ends} full />
      </p>
    </>
  );
}
