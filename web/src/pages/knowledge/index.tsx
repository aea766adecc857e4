import { useState } from "react";
import { PlusOutlined } from "@ant-design/icons";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Button, Card, Input, Tag } from "antd";
import { useTranslation } from "react-i18next";
import type { ArticleFound } from "~/api/work";
import { Empty, PageHead, Query } from "~/ui";
import { standardFirst } from "~/work/standardFirst";
import { useSettled } from "~/work/useSettled";
import { useAddress } from "../address";
import { ArticleEditor, NewArticle } from "./ArticleEditor";
import { foundQuery, LISTED_MAX, useOthersWriting } from "./queries";
import styles from "./knowledge.module.css";

/** Stands in the address for an article that is not there yet; no article is called so. */
const NEW = "+";

/** What agents look up, written by who leads them: a list beside the article that is open. */
export default function Page() {
  const { t } = useTranslation("knowledge");
  const [{ article }, change] = useAddress(["article"]);
  useOthersWriting();
  const open = (article?: string) => change({ article });
  return (
    <>
      <PageHead
        title={t("title")}
        hint={t("hint")}
        actions={
          <Button type="primary" icon={<PlusOutlined />} disabled={article === NEW} onClick={() => open(NEW)}>
            {t("add")}
          </Button>
        }
      />
      <div className={styles.page} data-open={article ? "" : undefined}>
        <ArticleList open={article} onOpen={open} />
        <Card size="small">
          {!article ? <Empty title={t("choose")} /> : article === NEW ? <NewArticle onOpen={open} /> : <ArticleEditor key={article} article={article} onOpen={open} />}
        </Card>
      </div>
    </>
  );
}

function ArticleList({ open, onOpen }: { open: string | undefined; onOpen: (article: string) => void }) {
  const { t } = useTranslation("knowledge");
  const [typed, setTyped] = useState("");
  const q = useSettled(typed.trim());
  const found = useQuery({ ...foundQuery(q), placeholderData: keepPreviousData });
  return (
    <Card size="small" className={styles.side ?? ""}>
      <Input.Search allowClear placeholder={t("search")} aria-label={t("search")} value={typed} maxLength={100} onChange={({ target }) => setTyped(target.value)} />
      <Query of={found} compact>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={t(q ? "none" : "empty")} hint={t(q ? "noneHint" : "emptyHint")} />
          ) : (
            <>
              <ul className={styles.list} aria-label={t("list")}>
                {standardFirst(items).map((item) => (
                  <Row key={item.article} item={item} open={item.article === open} onOpen={onOpen} />
                ))}
              </ul>
              {items.length >= LISTED_MAX && <p className="soft">{t("limit", { count: LISTED_MAX })}</p>}
            </>
          )
        }
      </Query>
    </Card>
  );
}

function Row({ item, open, onOpen }: { item: ArticleFound; open: boolean; onOpen: (article: string) => void }) {
  const { t } = useTranslation("knowledge");
  return (
    <li>
      <button type="button" aria-current={open ? "true" : undefined} onClick={() => onOpen(item.article)}>
        <span>
          <strong>{item.title}</strong> {item.standard && <Tag color="success" variant="filled">{t("standard")}</Tag>}
        </span>
        <span className="soft">{item.excerpt}</span>
      </button>
    </li>
  );
}
