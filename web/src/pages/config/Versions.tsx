import { useState } from "react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Space, Table, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { useMay } from "~/api/me";
import { Empty, Moment, useProblemText } from "~/ui";
import { Offered } from "../Offered";
import { DifferenceView } from "../text/DifferenceView";
import { configQuery, type ConfigVersion, configVersionQuery, configVersionsQuery } from "./queries";

/** What was in force, compared with what is, and the way back. */
export function Versions() {
  const { t } = useTranslation("config");
  const may = useMay();
  const { modal, message } = App.useApp();
  const problem = useProblemText();
  const queries = useQueryClient();
  const [opened, setOpened] = useState<number | null>(null);
  const versions = useQuery(configVersionsQuery);
  const current = useQuery(configQuery).data;
  const back = useMutation({
    mutationFn: (version: number) => api.post<{ version: number }>("/config/roll-back", { version }),
    onSuccess: ({ version }) => {
      message.success(t("apply.done", { version }));
      void queries.invalidateQueries({ queryKey: ["config"] });
    },
    onError: (error) => message.error(problem(error).what),
  });
  const rollBack = (version: number) => modal.confirm({ title: t("versions.sure", { version }), content: t("apply.body"), okText: t("versions.rollBack"), onOk: () => back.mutateAsync(version).catch(() => undefined) });
  return (
    <Offered of={versions}>
      {({ items }) => (
        <Table<ConfigVersion>
          rowKey="version"
          size="middle"
          dataSource={items}
          pagination={{ pageSize: 30, hideOnSinglePage: true }}
          locale={{ emptyText: <Empty title={t("versions.empty")} /> }}
          expandable={{ showExpandColumn: false, expandedRowKeys: opened === null ? [] : [opened], expandedRowRender: ({ version }) => <Compared version={version} now={current?.text ?? ""} /> }}
          columns={[
            {
              title: "#",
              width: 120,
              render: (_, { version }) => (
                <>
                  {version} {version === current?.version && <Tag color="success">{t("versions.current")}</Tag>}
                </>
              ),
            },
            { title: t("versions.at"), width: 180, render: (_, { applied_at }) => <Moment at={applied_at} full /> },
            { title: t("versions.by"), width: 140, dataIndex: "by" },
            { title: t("versions.comment"), dataIndex: "comment" },
            {
              width: 210,
              render: (_, { version }) => (
                <Space>
                  <Button size="small" onClick={() => setOpened(opened === version ? null : version)}>
                    {t("versions.compare")}
                  </Button>
                  {version !== current?.version && may({ permission: "policy.write", admin: true }) && (
                    <Button size="small" danger loading={back.isPending} onClick={() => rollBack(version)}>
                      {t("versions.rollBack")}
                    </Button>
                  )}
                </Space>
              ),
            },
          ]}
        />
      )}
    </Offered>
  );
}

function Compared({ version, now }: { version: number; now: string }) {
  const { t } = useTranslation("config");
  return (
    <Offered of={useQuery(configVersionQuery(version))} compact>
      {({ text }) => <DifferenceView before={text} after={now} same={t("versions.same")} label={t("versions.compare")} />}
    </Offered>
  );
}
