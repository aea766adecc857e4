import { lazy, Suspense } from "react";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { Card, Table, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { type FlowRow, flowsQuery } from "~/api/flows";
import { Empty, Loading, PageHead, Query, StateTag } from "~/ui";
import { number } from "../figures";

const Editor = lazy(() => import("./Editor"));

/** One flow in its editor, which is loaded when it is needed. */
export function FlowPage() {
  const { flow = "" } = useParams({ strict: false });
  return (
    <Suspense fallback={<Loading />}>
      <Editor key={flow} name={flow} />
    </Suspense>
  );
}

export default function Page() {
  const { t } = useTranslation("flows");
  const flows = useQuery(flowsQuery);
  return (
    <>
      <PageHead title={t("title")} hint={t("hint")} />
      <Card styles={{ body: { padding: 0 } }}>
        <Query of={flows}>{(flows) => <Flows flows={flows} />}</Query>
      </Card>
    </>
  );
}

function Flows({ flows }: { flows: FlowRow[] }) {
  const { t } = useTranslation("flows");
  const navigate = useNavigate();
  const judged = flows.some(({ ok }) => ok != null);
  return (
    <Table<FlowRow>
      rowKey="name"
      dataSource={flows}
      pagination={{ pageSize: 50, hideOnSinglePage: true }}
      locale={{ emptyText: <Empty title={t("list.empty")} hint={t("list.emptyHint")} /> }}
      onRow={({ name }) => ({ onClick: () => void navigate({ to: "/flows/$flow", params: { flow: name } }), style: { cursor: "pointer" } })}
      columns={[
        {
          title: t("list.name"),
          render: (_, { name, title }) => (
            <>
              <Link to="/flows/$flow" params={{ flow: name }}>
                <strong>{name}</strong>
              </Link>
              {title && <span className="soft"> {title}</span>}
            </>
          ),
        },
        { title: t("list.usedBy"), render: (_, { used_by }) => (used_by.length > 0 ? used_by.map((one) => <Tag key={one}>{number(one)}</Tag>) : <span className="soft">{t("list.unused")}</span>) },
        { title: t("list.nodes"), dataIndex: "nodes", align: "end", width: 100 },
        { title: t("list.version"), dataIndex: "version", align: "end", width: 100 },
        ...(judged ? [{ title: t("list.state"), width: 130, render: (_: unknown, { ok }: FlowRow) => ok != null && <StateTag tone={ok ? "good" : "bad"}>{ok ? t("list.proved") : t("list.broken")}</StateTag> }] : []),
      ]}
    />
  );
}
