import { useDeferredValue, useState } from "react";
import { ArrowLeftOutlined, CheckOutlined } from "@ant-design/icons";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Button, Input, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { Empty, ProblemNote, Query, useSending } from "~/ui";
import { ArticleText } from "./ArticleText";
import { articleQuery, knowledgeQuery, workActs } from "./queries";
import { standardFirst } from "./standardFirst";
import { useSettled } from "./useSettled";
import styles from "./work.module.css";

/** Search in what the centre knows; what was used is remembered with the call (AGT-07). */
export function Knowledge({ call, used, onUsed }: { call: string; used: string[]; onUsed: () => void }) {
  const { t } = useTranslation("work");
  const [typed, setTyped] = useState("");
  const [open, setOpen] = useState<string | null>(null);
  const q = useSettled(useDeferredValue(typed.trim()));
  const found = useQuery({ ...knowledgeQuery(q), placeholderData: keepPreviousData });
  if (open) return <Read article={open} call={call} used={used.includes(open)} onUsed={onUsed} onBack={() => setOpen(null)} />;
  return (
    <>
      <Input.Search allowClear placeholder={t("knowledge.search")} aria-label={t("knowledge.search")} value={typed} maxLength={100} onChange={({ target }) => setTyped(target.value)} />
      <Query of={found} compact>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={t("knowledge.none")} hint={q && t("knowledge.noneHint")} />
          ) : (
            <ul className={styles.articles}>
              {standardFirst(items).map((item) => (
                <li key={item.article}>
                  <button type="button" onClick={() => setOpen(item.article)}>
                    <span>
                      <strong>{item.title}</strong> {item.standard && <Tag color="success" variant="filled">{t("knowledge.standard")}</Tag>}
                      {used.includes(item.article) && <CheckOutlined aria-label={t("knowledge.used")} />}
                    </span>
                    <span className="soft">{item.excerpt}</span>
                  </button>
                </li>
              ))}
            </ul>
          )
        }
      </Query>
    </>
  );
}

function Read({ article, call, used, onUsed, onBack }: { article: string; call: string; used: boolean; onUsed: () => void; onBack: () => void }) {
  const { t } = useTranslation(["work", "app"]);
  const found = useQuery(articleQuery(article));
  const { send, busy, problem } = useSending(async () => {
    await workActs.use(call, article);
    onUsed();
  });
  return (
    <>
      <div className={styles.actions}>
        <Button size="small" icon={<ArrowLeftOutlined />} onClick={onBack}>
          {t("app:act.back")}
        </Button>
        <Button size="small" type={used ? "default" : "primary"} icon={<CheckOutlined />} disabled={used} loading={busy} onClick={() => void send()}>
          {t(used ? "work:knowledge.used" : "work:knowledge.use")}
        </Button>
      </div>
      <ProblemNote of={problem} />
      <Query of={found} compact>
        {(read) => <ArticleText of={read} />}
      </Query>
    </>
  );
}
