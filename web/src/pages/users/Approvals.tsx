import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Input, Space, Table, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import type { ApprovalView } from "~/api/people";
import type { Page } from "~/api/types";
import { Empty, Moment, StateTag, type Tone, useProblemText } from "~/ui";
import { Offered } from "../Offered";

const TONE: Record<string, Tone> = { waiting: "warn", approved: "good", refused: "bad" };

/** What waits for a second pair of eyes. Nobody answers what he asked for himself. */
export function Approvals() {
  const { t } = useTranslation("users");
  const { message, modal } = App.useApp();
  const problem = useProblemText();
  const queries = useQueryClient();
  const found = useQuery({ queryKey: ["approvals"], queryFn: ({ signal }) => api.get<Page<ApprovalView>>("/approvals", undefined, signal), retry: false });
  const answer = useMutation({
    mutationFn: ({ id, how, reason }: { id: string; how: "approve" | "reject"; reason?: string }) => api.post(`/approvals/${encodeURIComponent(id)}/${how}`, { reason }),
    onSuccess: () => void queries.invalidateQueries({ queryKey: ["approvals"] }),
    onError: (error) => message.error(problem(error).what),
  });
  const reject = (id: string) => {
    let reason = "";
    modal.confirm({
      title: t("approvals.reject"),
      content: <Input autoFocus placeholder={t("approvals.rejectReason")} aria-label={t("approvals.rejectReason")} onChange={({ target }) => (reason = target.value)} />,
      okText: t("approvals.reject"),
      okButtonProps: { danger: true },
      onOk: () => answer.mutateAsync({ id, how: "reject", reason }).catch(() => undefined),
    });
  };
  return (
    <Offered of={found}>
      {({ items }) => (
        <Table<ApprovalView>
          rowKey="approval"
          dataSource={items}
          pagination={{ pageSize: 50, hideOnSinglePage: true }}
          locale={{ emptyText: <Empty title={t("approvals.empty")} /> }}
          columns={[
            {
              title: t("approvals.act"),
              render: (_, { act, subject }) => (
                <>
                  <code>{act}</code> {subject}
                </>
              ),
            },
            { title: t("approvals.reason"), dataIndex: "reason" },
            {
              title: t("approvals.asked"),
              render: (_, { asked_by, asked_at }) => (
                <>
                  {asked_by} <span className="soft"><Moment at={asked_at} /></span>
                </>
              ),
            },
            { title: t("approvals.state"), width: 110, render: (_, { state }) => <StateTag tone={TONE[state] ?? "idle"}>{t(`approvals.status.${state as "waiting"}`, { defaultValue: state })}</StateTag> },
            {
              width: 170,
              render: (_, { approval, state, mine: own }) => {
                if (state !== "waiting") return null;
                return (
                  <Tooltip title={own ? t("approvals.own") : ""}>
                    <Space>
                      <Button size="small" type="primary" disabled={own || answer.isPending} onClick={() => answer.mutate({ id: approval, how: "approve" })}>
                        {t("approvals.approve")}
                      </Button>
                      <Button size="small" disabled={own || answer.isPending} onClick={() => reject(approval)}>
                        {t("approvals.reject")}
                      </Button>
                    </Space>
                  </Tooltip>
                );
              },
            },
          ]}
        />
      )}
    </Offered>
  );
}
