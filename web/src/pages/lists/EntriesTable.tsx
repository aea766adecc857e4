import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Input, Space, Table, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { actOnEntry, type Entry, type EntryState } from "~/api/lists";
import { useMay } from "~/api/me";
import { Empty, Moment, StateTag, type Tone, useProblemText } from "~/ui";
import { number } from "../figures";

const TONE: Record<EntryState, Tone> = { proposed: "warn", active: "good", expired: "idle", removed: "idle", undone: "idle", replaced: "idle" };

/** The entries of a list, with what may be done with each. */
export function EntriesTable({ list, entries }: { list: string; entries: Entry[] }) {
  const { t } = useTranslation("lists");
  return (
    <Table<Entry>
      rowKey="entry"
      size="middle"
      dataSource={entries}
      pagination={false}
      scroll={{ x: 900 }}
      locale={{ emptyText: <Empty title={t("empty")} /> }}
      columns={[
        { title: t("column.number"), width: 160, render: (_, entry) => <span className="figures">{number(entry.number)}</span> },
        { title: t("column.state"), width: 130, render: (_, { state }) => <StateTag tone={TONE[state]}>{t(`state.${state}`)}</StateTag> },
        { title: t("column.reason"), render: (_, { reason, source }) => (source === "manual" ? reason : `${reason} (${t(`source.${source}`)})`) },
        { title: t("column.owner"), width: 110, dataIndex: "owner" },
        { title: t("column.until"), width: 140, render: (_, { until, ended_at }) => (ended_at ? <Moment at={ended_at} /> : until ? <Moment at={until} /> : t("forEver")) },
        {
          title: t("column.added"),
          width: 170,
          render: (_, { added_at, by }) => (
            <>
              {by} <span className="soft"><Moment at={added_at} /></span>
            </>
          ),
        },
        { title: t("column.approved"), width: 110, render: (_, { approved_by }) => approved_by ?? "—" },
        { width: 150, render: (_, entry) => <Acts list={list} entry={entry} /> },
      ]}
    />
  );
}

function Acts({ list, entry }: { list: string; entry: Entry }) {
  const { t } = useTranslation("lists");
  const { message, modal } = App.useApp();
  const may = useMay();
  const problem = useProblemText();
  const queries = useQueryClient();
  const act = useMutation({
    mutationFn: ({ act, reason }: { act: "remove" | "approve"; reason: string }) => actOnEntry(list, entry.entry, act, reason),
    onSuccess: () => void queries.invalidateQueries({ queryKey: ["lists"] }),
    onError: (error) => void message.error(problem(error).what),
  });
  if (entry.ended_at) return null;
  const remove = () => {
    let reason = "";
    modal.confirm({
      title: t("removeSure", { number: number(entry.number) }),
      content: <Input autoFocus maxLength={200} placeholder={t("removeReason")} aria-label={t("removeReason")} onChange={({ target }) => (reason = target.value)} />,
      okText: t("remove"),
      okButtonProps: { danger: true },
      onOk: () => act.mutateAsync({ act: "remove", reason }).catch(() => undefined),
    });
  };
  return (
    <Space>
      {entry.state === "proposed" && may({ permission: "list.approve" }) && (
        <Tooltip title={entry.mine ? t("approveOwn") : ""}>
          <Button size="small" type="primary" disabled={entry.mine || act.isPending} onClick={() => act.mutate({ act: "approve", reason: "" })}>
            {t("approve")}
          </Button>
        </Tooltip>
      )}
      {may({ permission: "list.write" }) && (
        <Button size="small" disabled={act.isPending} onClick={remove}>
          {t("remove")}
        </Button>
      )}
    </Space>
  );
}
