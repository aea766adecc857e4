import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Input, Space, Table, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { approvalsQuery, type ApprovalView } from "~/api/approvals";
import { api } from "~/api/client";
import { Empty, Moment, StateTag, type Tone, useProblemText } from "~/ui";
import { Offered } from "../Offered";
import { Subject } from "./Subject";
import { useExport } from "./useExport";

const TONE: Record<string, Tone> = { waiting: "warn", approved: "good", refused: "bad" };

type Answer = "approve" | "reject" | "withdraw";

/** What waits for a second pair of eyes; of one act only, if that is given. Nobody answers what he asked for himself. */
export function Approvals({ act: only }: { act?: string }) {
  const { t } = useTranslation("approvals");
  return (
    <Offered of={useQuery({ ...approvalsQuery, refetchOnMount: "always" })}>
      {({ items }) => (
        <Table<ApprovalView>
          rowKey="approval"
          dataSource={items.filter(({ act }) => only === undefined || act === only)}
          pagination={{ pageSize: 50, hideOnSinglePage: true }}
          scroll={{ x: 900 }}
          locale={{ emptyText: <Empty title={t("empty")} /> }}
          columns={[
            { title: t("act"), render: (_, approval) => <Subject of={approval} /> },
            { title: t("reason"), dataIndex: "reason" },
            {
              title: t("asked"),
              width: 150,
              render: (_, { asked_by, asked_at }) => (
                <>
                  {asked_by} <span className="soft"><Moment at={asked_at} /></span>
                </>
              ),
            },
            { title: t("state"), width: 190, render: (_, approval) => <State of={approval} /> },
            { width: 190, render: (_, approval) => <Acts on={approval} /> },
          ]}
        />
      )}
    </Offered>
  );
}

/** How it stands: who answered, why not, and until when it can be answered or used. */
function State({ of: { state, answered_by, because, ends } }: { of: ApprovalView }) {
  const { t } = useTranslation("approvals");
  return (
    <>
      <StateTag tone={TONE[state] ?? "idle"}>{t(`status.${state}`, { defaultValue: state })}</StateTag>
      {answered_by && <div className="soft">{t("by", { name: answered_by })}</div>}
      {because && <div className="soft">{t("because", { reason: because })}</div>}
      {(state === "waiting" || state === "approved") && (
        <div className="soft">
          {t("until")} <Moment at={ends} />
        </div>
      )}
    </>
  );
}

function Acts({ on: { approval, state, mine, export: asked } }: { on: ApprovalView }) {
  const { t } = useTranslation("approvals");
  const { message, modal } = App.useApp();
  const problem = useProblemText();
  const queries = useQueryClient();
  const answer = useMutation({
    mutationFn: ({ how, reason }: { how: Answer; reason?: string }) => api.post(`/approvals/${encodeURIComponent(approval)}/${how}`, { reason }),
    onError: (error) => message.error(problem(error).what),
    onSettled: () => queries.invalidateQueries({ queryKey: approvalsQuery.queryKey }),
  });
  const exporting = useExport(() => {});
  const reject = () => {
    let reason = "";
    modal.confirm({
      title: t("reject"),
      content: <Input autoFocus maxLength={1000} placeholder={t("rejectReason")} aria-label={t("rejectReason")} onChange={({ target }) => (reason = target.value)} />,
      okText: t("reject"),
      okButtonProps: { danger: true },
      onOk: () => answer.mutateAsync({ how: "reject", reason }).catch(() => undefined),
    });
  };
  if (state !== "waiting" && !(mine && state === "approved")) return null;
  return (
    <Space wrap>
      {state === "waiting" && (
        <Tooltip title={mine ? t("own") : ""}>
          <Space>
            <Button size="small" type="primary" disabled={mine || answer.isPending} onClick={() => answer.mutate({ how: "approve" })}>
              {t("approve")}
            </Button>
            <Button size="small" disabled={mine || answer.isPending} onClick={reject}>
              {t("reject")}
            </Button>
          </Space>
        </Tooltip>
      )}
      {mine && state === "approved" && asked && (
        <Button size="small" type="primary" loading={exporting.isPending} onClick={() => exporting.mutate({ recordings: asked.recordings, approval }, { onError: (error) => void message.error(problem(error).what) })}>
          {t("export")}
        </Button>
      )}
      {mine && (
        <Button size="small" disabled={answer.isPending || exporting.isPending} onClick={() => answer.mutate({ how: "withdraw" })}>
          {t("withdraw")}
        </Button>
      )}
    </Space>
  );
}
