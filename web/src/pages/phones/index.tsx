import { useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Card, Input, Table } from "antd";
import { useTranslation } from "react-i18next";
import { useEvents } from "~/api/events";
import { Empty, Moment, PageHead, Query, StateTag, type Tone } from "~/ui";
import { useNames } from "../calls/names";
import { matching, type PhoneRow, phonesOf, type Standing, standingOf } from "./model";
import { ownersQuery } from "./queries";
import styles from "./phones.module.css";

export { SheetPage } from "./Sheet";

const TONES: Record<Standing, Tone> = { registered: "good", locked_out: "bad", refused: "bad", gone: "warn", never: "idle" };

/** Every phone: whose it is, whether it can be reached, and the way to what it is set up with. */
export default function Page() {
  const { t } = useTranslation("phones");
  const owners = useQuery(ownersQuery);
  const live = useEvents((state) => state.live?.phones);
  return (
    <>
      <PageHead title={t("title")} hint={t("hint")} />
      <Card>
        <Query of={owners}>{(owners) => <Phones rows={phonesOf(owners, live ?? [])} />}</Query>
      </Card>
    </>
  );
}

function Phones({ rows }: { rows: PhoneRow[] }) {
  const { t } = useTranslation("phones");
  const { nameOf } = useNames();
  const [wanted, setWanted] = useState("");
  return (
    <>
      <Input.Search allowClear className={styles.search} placeholder={t("search")} aria-label={t("search")} value={wanted} onChange={({ target }) => setWanted(target.value)} />
      <Table<PhoneRow>
        rowKey="phone"
        size="middle"
        dataSource={matching(rows, wanted)}
        pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false }}
        scroll={{ x: 760 }}
        locale={{ emptyText: <Empty title={t(wanted ? "nothingFound" : "empty")} hint={wanted ? undefined : t("emptyHint")} /> }}
        columns={[
          {
            title: t("column.phone"),
            render: (_, { phone }) => (
              <Link to="/phones/$phone" params={{ phone }} aria-label={t("open", { phone })}>
                <strong className="figures">{phone}</strong>
              </Link>
            ),
          },
          { title: t("column.state"), render: (_, { now }) => <State of={now} /> },
          { title: t("column.agent"), render: (_, { agent }) => (agent ? nameOf(agent) : <span className="soft">{t("nobody")}</span>) },
          { title: t("column.address"), render: (_, { now }) => now?.address ?? <span className="soft">—</span> },
          { title: t("column.make"), ellipsis: true, render: (_, { now }) => now?.user_agent ?? <span className="soft">—</span> },
        ]}
      />
    </>
  );
}

function State({ of }: { of: PhoneRow["now"] }) {
  const { t } = useTranslation("phones");
  const standing = standingOf(of);
  return (
    <>
      <StateTag tone={TONES[standing]}>{t(`standing.${standing}`)}</StateTag>{" "}
      {standing === "refused" && of?.attempts_left != null && <span className="soft">{t("attemptsLeft", { count: of.attempts_left })}</span>}
      {(standing === "registered" || standing === "gone") && of?.since && (
        <span className="soft">
          <Moment at={of.since} />
        </span>
      )}
    </>
  );
}
