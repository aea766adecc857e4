import { lazy, Suspense, useState } from "react";
import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { App, Button, Card, Table, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { deleteFlow, type FlowRow, flowsQuery } from "~/api/flows";
import { useMay } from "~/api/me";
import { Empty, Loading, PageHead, Query, StateTag, useProblemText } from "~/ui";
import { useAddress } from "../address";
import { number } from "../figures";
import { NewFlowDialog } from "./NewFlowDialog";

const Editor = lazy(() => import("./Editor"));

/** One flow in its editor, which is loaded when it is needed. */
export function FlowPage() {
  const { flow = "" } = useParams({ strict: false });
  const [{ from }] = useAddress(["from"]);
  return (
    <Suspense fallback={<Loading />}>
      <Editor key={`${flow} ${from ?? ""}`} name={flow} from={from} />
    </Suspense>
  );
}

export default function Page() {
  const { t } = useTranslation("flows");
  const flows = useQuery(flowsQuery);
  const may = useMay();
  const [making, setMaking] = useState(false);
  const makes = may({ permission: "flow.publish", admin: true, atLeast: "tenant", path: "/v1/flow-templates" });
  return (
    <>
      <PageHead
        title={t("title")}
        hint={t("hint")}
        actions={
          makes && (
            <Button type="primary" icon={<PlusOutlined />} onClick={() => setMaking(true)}>
              {t("fresh.title")}
            </Button>
          )
        }
      />
      <Card styles={{ body: { padding: 0 } }}>
        <Query of={flows}>{(flows) => <Flows flows={flows} deletes={makes} />}</Query>
      </Card>
      {making && <NewFlowDialog taken={(flows.data ?? []).map(({ name }) => name)} onClose={() => setMaking(false)} />}
    </>
  );
}

/** A flow that greets nobody can be taken away. */
function DeleteButton({ flow }: { flow: FlowRow }) {
  const { t } = useTranslation("flows");
  const { message, modal } = App.useApp();
  const problem = useProblemText();
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => deleteFlow(flow.name),
    onSuccess: () => void queries.invalidateQueries({ queryKey: ["flows"] }),
    onError: (error) => void message.error(problem(error).what),
  });
  const ask = () => modal.confirm({ title: t("fresh.sure", { name: flow.name }), okButtonProps: { danger: true }, onOk: () => remove.mutateAsync().then(() => undefined, () => undefined) });
  return (
    <Button
      type="text"
      danger
      icon={<DeleteOutlined />}
      disabled={flow.used_by.length > 0}
      aria-label={t("fresh.delete", { name: flow.name })}
      onClick={(event) => {
        event.stopPropagation();
        ask();
      }}
    />
  );
}

function Flows({ flows, deletes }: { flows: FlowRow[]; deletes: boolean }) {
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
        ...(deletes ? [{ width: 56, render: (_: unknown, flow: FlowRow) => <DeleteButton flow={flow} /> }] : []),
      ]}
    />
  );
}
