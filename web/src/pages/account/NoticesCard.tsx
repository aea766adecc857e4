import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { App, Button, Card, Popconfirm, Space } from "antd";
import { useTranslation } from "react-i18next";
import { noticeActs, noticesQuery, type AccountNotice } from "~/api/notices";
import { Empty, Moment, ProblemNote, Query, useSending } from "~/ui";
import styles from "./account.module.css";

/** What one was told: of the own account, with the way to say that it was somebody else (SEC-13), and of promised times (AGT-08). */
export function NoticesCard() {
  const { t } = useTranslation("account");
  const queries = useQueryClient();
  const { message } = App.useApp();
  const notices = useQuery(noticesQuery);
  const { send, busy, problem } = useSending(async (notice: AccountNotice, mine: boolean) => {
    if (mine) await noticeActs.seen(notice.notice);
    else {
      await noticeActs.notMe(notice.link ?? "");
      message.success(t("notice.frozen"));
    }
    await queries.invalidateQueries(noticesQuery);
  });
  return (
    <Card title={t("notice.title")}>
      <ProblemNote of={problem} />
      <Query of={notices} compact>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={t("notice.none")} />
          ) : (
            <ul className={styles.devices}>
              {items.map((notice) => (
                <li key={notice.notice} className={styles.device}>
                  <div>
                    <strong>{notice.text}</strong>
                    <p className="soft">
                      <Moment at={notice.at} full />
                      {notice.promised_at && (
                        <>
                          {" "}
                          · {t("notice.promised")} <Moment at={notice.promised_at} full />
                        </>
                      )}
                    </p>
                  </div>
                  <Space>
                    {notice.ticket && (
                      <Link to="/tickets" search={{ ticket: notice.ticket } as never}>
                        {t("notice.openTicket")}
                      </Link>
                    )}
                    {!notice.seen && (
                      <Button size="small" disabled={busy} onClick={() => void send(notice, true)}>
                        {notice.link ? t("notice.mine") : t("notice.known")}
                      </Button>
                    )}
                    {notice.link && (
                      <Popconfirm title={t("notice.sure")} description={t("notice.sureHint")} okText={t("notice.notMe")} onConfirm={() => void send(notice, false)}>
                        <Button size="small" danger disabled={busy}>
                          {t("notice.notMe")}
                        </Button>
                      </Popconfirm>
                    )}
                  </Space>
                </li>
              ))}
            </ul>
          )
        }
      </Query>
    </Card>
  );
}
