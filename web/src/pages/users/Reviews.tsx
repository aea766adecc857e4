import { useState } from "react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Popconfirm, Progress, Space, Table } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { Empty, Moment, ProblemNote, Query, StateTag, useSending } from "~/ui";
import { Offered } from "../Offered";
import styles from "./users.module.css";

interface Review {
  review: string;
  opened: string;
  opened_by: string;
  ends: string;
  closed: string | null;
  asked: number;
  decided: number;
  removed: number;
}
interface Item {
  user: string;
  name: string;
  display_name: string;
  role: string;
  place: string | null;
  since: string | null;
  confirmed: string | null;
  verdict: "kept" | "removed" | "lapsed" | null;
  decided_by: string | null;
  can: boolean;
}

const reviews = { queryKey: ["access-reviews"] };
const tones = { kept: "good", removed: "bad", lapsed: "warn" } as const;

/** Whether people still need their roles (SEC-06): reviews there are, and the answers of whoever answers for people. */
export function Reviews() {
  const { t } = useTranslation("users");
  const queries = useQueryClient();
  const [chosen, setChosen] = useState<string | null>(null);
  const all = useQuery({ ...reviews, queryFn: ({ signal }) => api.get<{ items: Review[]; due: number }>("/access-reviews", undefined, signal), retry: false });
  const { send, busy, problem } = useSending(async (path: string) => {
    await api.post(path);
    await queries.invalidateQueries(reviews);
  });
  return (
    <Offered of={all}>
      {({ items, due }) => (
        <>
          <div className={styles.bar ?? ""}>
            <p className="soft">{t("review.hint")}</p>
            {items.every(({ closed }) => closed) && (
              <Popconfirm title={t("review.openSure")} onConfirm={() => void send("/access-reviews")}>
                <Button type="primary" loading={busy}>
                  {t("review.open")}
                </Button>
              </Popconfirm>
            )}
          </div>
          <ProblemNote of={problem} />
          {due > 0 && <Alert type="warning" showIcon title={t("review.due", { count: due })} />}
          <Table<Review>
            rowKey="review"
            size="small"
            pagination={false}
            dataSource={items}
            scroll={{ x: 720 }}
            locale={{ emptyText: <Empty title={t("review.empty")} /> }}
            columns={[
              { title: t("review.opened"), render: (_, { opened, opened_by }) => <><Moment at={opened} full /> <span className="soft">{opened_by}</span></> },
              { title: t("review.ends"), render: (_, { ends, closed }) => (closed ? <StateTag tone="idle">{t("review.closed")}</StateTag> : <Moment at={ends} full />) },
              { title: t("review.progress"), width: 200, render: (_, { asked, decided }) => <Progress percent={asked ? Math.round((100 * decided) / asked) : 100} format={() => `${decided} / ${asked}`} /> },
              { title: t("review.removed"), dataIndex: "removed", width: 90, align: "right" },
              {
                title: t("act.more"),
                width: 180,
                render: (_, { review, closed }) => (
                  <Space>
                    <Button size="small" type={closed ? "default" : "primary"} onClick={() => setChosen(chosen === review ? null : review)}>
                      {t(closed ? "review.look" : "review.answer")}
                    </Button>
                    {!closed && (
                      <Popconfirm title={t("review.closeSure")} onConfirm={() => void send(`/access-reviews/${review}/close`)}>
                        <Button size="small" disabled={busy}>
                          {t("review.close")}
                        </Button>
                      </Popconfirm>
                    )}
                  </Space>
                ),
              },
            ]}
          />
          {chosen && <Items review={chosen} />}
        </>
      )}
    </Offered>
  );
}

function Items({ review }: { review: string }) {
  const { t } = useTranslation("users");
  const queries = useQueryClient();
  const key = { queryKey: ["access-review-items", review] };
  const found = useQuery({ ...key, queryFn: ({ signal }) => api.get<{ items: Item[] }>(`/access-reviews/${review}/items`, undefined, signal), retry: false });
  const { send, busy, problem } = useSending(async ({ user, role, place }: Item, verdict: "keep" | "remove") => {
    await api.post(`/access-reviews/${review}/items`, { user, role, place, verdict });
    await Promise.all([queries.invalidateQueries(key), queries.invalidateQueries(reviews)]);
  });
  return (
    <>
      <ProblemNote of={problem} />
      <Query of={found} compact>
        {({ items }) => (
          <Table<Item>
            rowKey={({ user, role, place }) => `${user} ${role} ${place ?? ""}`}
            size="small"
            pagination={{ pageSize: 50, hideOnSinglePage: true }}
            dataSource={items}
            scroll={{ x: 720 }}
            columns={[
              { title: t("person.name"), render: (_, { name, display_name }) => <>{display_name} <span className="soft">{name}</span></> },
              { title: t("person.roles"), render: (_, { role, place }) => <>{role} <span className="soft">{place}</span></> },
              { title: t("review.confirmed"), render: (_, { confirmed }) => confirmed && <Moment at={confirmed} /> },
              {
                title: t("review.verdict"),
                width: 200,
                render: (_, item) =>
                  item.verdict ? (
                    <StateTag tone={tones[item.verdict]}>{[t(`review.is.${item.verdict}`), item.decided_by].filter(Boolean).join(" · ")}</StateTag>
                  ) : item.can ? (
                    <Space>
                      <Button size="small" disabled={busy} onClick={() => void send(item, "keep")}>
                        {t("review.keep")}
                      </Button>
                      <Popconfirm title={t("review.removeSure")} onConfirm={() => void send(item, "remove")}>
                        <Button size="small" danger disabled={busy}>
                          {t("review.remove")}
                        </Button>
                      </Popconfirm>
                    </Space>
                  ) : (
                    <span className="soft">{t("review.notYou")}</span>
                  ),
              },
            ]}
          />
        )}
      </Query>
    </>
  );
}
