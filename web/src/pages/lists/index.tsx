import { type ReactNode, useState } from "react";
import { PlusOutlined } from "@ant-design/icons";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Button, Card, Checkbox, Input, Select, Table, Tabs } from "antd";
import { useTranslation } from "react-i18next";
import { type Blocked, blockedQuery, entriesQuery, type ListRow, listsQuery } from "~/api/lists";
import { useMay } from "~/api/me";
import { Empty, Failure, Loading, Moment, PageHead } from "~/ui";
import { useAddress } from "../address";
import { number } from "../figures";
import { Offered } from "../Offered";
import { AddDialog } from "./AddDialog";
import { EntriesTable } from "./EntriesTable";
import { UnmaskButton } from "./UnmaskButton";
import styles from "./lists.module.css";

const TABS = ["entries", "blocked"] as const;
type Tab = (typeof TABS)[number];

/** Who is turned away, who skips the menu, and why. */
export default function Page() {
  const { t } = useTranslation("lists");
  const [search, change] = useAddress(["tab"]);
  const tab = TABS.find((one) => one === search.tab) ?? "entries";
  const bodies: Record<Tab, () => ReactNode> = { entries: () => <EntriesPart />, blocked: () => <BlockedPart /> };
  return (
    <>
      <PageHead title={t("title")} hint={t("hint")} />
      <Card styles={{ body: { paddingTop: 4 } }}>
        <Tabs activeKey={tab} onChange={(tab) => change({ tab })} items={TABS.map((key) => ({ key, label: t(`tab.${key}`) }))} />
        {bodies[tab]()}
      </Card>
    </>
  );
}

function EntriesPart() {
  const { t } = useTranslation("lists");
  return <Offered of={useQuery(listsQuery)}>{({ items }) => (items.length === 0 ? <Empty title={t("none")} hint={t("noneHint")} /> : <OneList lists={items} />)}</Offered>;
}

function OneList({ lists }: { lists: ListRow[] }) {
  const { t } = useTranslation(["lists", "app"]);
  const may = useMay();
  const [{ list: asked }, change] = useAddress(["list"]);
  const list = lists.find(({ name }) => name === asked)?.name ?? lists[0]?.name ?? "";
  const [wanted, setWanted] = useState("");
  const [ended, setEnded] = useState(false);
  const [unmask, setUnmask] = useState("");
  const [adding, setAdding] = useState(false);
  const found = useInfiniteQuery(entriesQuery({ list, number: wanted, ended, unmask }));
  const first = found.data?.pages[0];
  return (
    <>
      <div className={styles.bar}>
        <Select value={list} aria-label={t("title")} popupMatchSelectWidth={false} options={lists.map(({ name, kind }) => ({ value: name, label: `${name} · ${t(`kind.${kind}`)}` }))} onChange={(list) => change({ list })} />
        <Input.Search allowClear className={styles.search ?? ""} placeholder={t("search")} aria-label={t("search")} onSearch={(text) => setWanted(text.trim())} />
        <Checkbox checked={ended} onChange={({ target }) => setEnded(target.checked)}>
          {t("ended")}
        </Checkbox>
        {first && <span className="soft">{t("counts", { active: first.active, proposed: first.proposed })}</span>}
        <span className={styles.fill} />
        {first?.masked && <UnmaskButton onReason={setUnmask} />}
        {may({ permission: "list.write" }) && (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setAdding(true)}>
            {t("add")}
          </Button>
        )}
      </div>
      {found.error ? (
        <Failure error={found.error} retry={() => void found.refetch()} />
      ) : found.isPending ? (
        <Loading />
      ) : (
        <>
          <EntriesTable list={list} entries={found.data.pages.flatMap(({ items }) => items)} />
          {found.hasNextPage && (
            <Button block type="link" loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
              {t("app:act.loadMore")}
            </Button>
          )}
        </>
      )}
      {adding && <AddDialog list={list} denies={lists.find(({ name }) => name === list)?.kind === "deny"} onClose={() => setAdding(false)} />}
    </>
  );
}

/** Numbers that are turned away although somebody has talked with them (INB-23). */
function BlockedPart() {
  const { t } = useTranslation("lists");
  const [unmask, setUnmask] = useState("");
  return (
    <Offered of={useQuery(blockedQuery(unmask))}>
      {({ items, masked }) => (
        <>
          <div className={styles.bar}>
            <span className="soft">{t("blockedHint")}</span>
            <span className={styles.fill} />
            {masked && <UnmaskButton onReason={setUnmask} />}
          </div>
          <Table<Blocked>
            rowKey="entry"
            size="middle"
            dataSource={items}
            pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false }}
            scroll={{ x: 800 }}
            locale={{ emptyText: <Empty title={t("blockedEmpty")} /> }}
            columns={[
              { title: t("column.number"), render: (_, entry) => <span className="figures">{number(entry.number)}</span> },
              { title: t("column.list"), dataIndex: "list" },
              { title: t("column.talked"), width: 100, align: "end", render: (_, { talked }) => <span className="figures">{talked}</span> },
              { title: t("column.lastTalk"), width: 140, render: (_, { last_talk }) => <Moment at={last_talk} /> },
              { title: t("column.turnedAway"), width: 100, align: "end", render: (_, { turned_away }) => <span className="figures">{turned_away}</span> },
              { title: t("column.reason"), dataIndex: "reason" },
              { title: t("column.owner"), dataIndex: "owner" },
            ]}
          />
        </>
      )}
    </Offered>
  );
}
