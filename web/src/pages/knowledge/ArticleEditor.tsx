import { useState } from "react";
import { ArrowLeftOutlined } from "@ant-design/icons";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button } from "antd";
import { useTranslation } from "react-i18next";
import { useMay } from "~/api/me";
import { isProblem } from "~/api/problem";
import type { Article } from "~/api/work";
import { Moment, ProblemNote, Query, StateTag, useProblemText, useSending } from "~/ui";
import { ArticleText } from "~/work/ArticleText";
import { articleQuery } from "~/work/queries";
import { onSaveKey, useLeave } from "../editing";
import editor from "../editor.module.css";
import { Overtaken } from "../Overtaken";
import { DifferenceView } from "../text/DifferenceView";
import { ArticleForm } from "./ArticleForm";
import { blank, type Draft, draftOf, type Edit, meanwhile, missingOf, newId, same } from "./draft";
import { writing, writtenQuery } from "./queries";
import styles from "./knowledge.module.css";

type Open = (article?: string) => void;

/** An article that is there. */
export function ArticleEditor({ article, onOpen }: { article: string; onOpen: Open }) {
  const found = useQuery(writtenQuery(article));
  const gone = isProblem(found.error) && found.error.status === 404;
  return <Query of={found}>{(now) => <Editor id={article} now={gone ? null : now} onOpen={onOpen} onStale={() => void found.refetch()} />}</Query>;
}

/** One that is not. */
export function NewArticle({ onOpen }: { onOpen: Open }) {
  const [id] = useState(newId);
  return <Editor id={id} now={null} onOpen={onOpen} />;
}

function Editor({ id, now, onOpen, onStale }: { id: string; now: Article | null; onOpen: Open; onStale?: () => void }) {
  const { t } = useTranslation(["knowledge", "app"]);
  const may = useMay();
  const leadsAll = may({ permission: "knowledge.write", atLeast: "tenant" });
  const editable = leadsAll || !now || now.queues.length > 0;
  const saved = now ? draftOf(now) : blank;
  const [edit, setEdit] = useState<Edit | null>(null);
  const [tried, setTried] = useState(false);
  const draft = edit?.draft ?? saved;
  const changed = edit !== null && !same(draft, saved);
  const missing = missingOf(draft, leadsAll);
  const since = meanwhile(changed ? edit : null, now);
  const leave = useLeave(changed, t("leave"));
  const change = (part: Partial<Draft>) => setEdit({ from: edit?.from ?? now?.version ?? 0, draft: { ...draft, ...part } });
  const { send, busy, problem, forget } = useSaving(id, (written) => {
    setEdit(null);
    setTried(false);
    if (!now) leave(() => onOpen(written.article));
  }, onStale);
  const save = () => {
    setTried(true);
    if (edit && changed && missing.length === 0 && since === "nothing") void send(edit);
  };
  const take = (next: Edit | null) => {
    forget();
    setEdit(next);
    // It is not there any more, and nothing of it is kept.
    if (!now && next === null) leave(() => onOpen());
  };
  return (
    <div onKeyDown={onSaveKey(() => editable && save())}>
      <div className={editor.bar}>
        <Button className={styles.back ?? ""} icon={<ArrowLeftOutlined />} aria-label={t("app:act.back")} onClick={() => onOpen()} />
        {now ? (
          <span className="soft">
            {t("facts", { version: now.version, by: now.updated_by })} · <Moment at={now.updated} />
          </span>
        ) : (
          <span className="soft">{t("fresh")}</span>
        )}
        {(now || changed) && <StateTag tone={changed ? "warn" : "good"}>{t(changed ? "changed" : "saved")}</StateTag>}
        <span className={editor.fill} />
        {editable && now && <RemoveButton of={now} onGone={() => leave(() => onOpen())} />}
        {changed && <Button onClick={() => take(null)}>{t("discard")}</Button>}
        {editable && (
          <Button type="primary" loading={busy} disabled={!changed || since !== "nothing"} title="Ctrl+S" onClick={save}>
            {t("app:act.save")}
          </Button>
        )}
      </div>
      {!editable && <Alert type="info" showIcon title={t("readOnly")} className={editor.note ?? ""} />}
      {since === "nothing" ? <ProblemNote of={problem} /> : edit && <Meanwhile now={now} mine={edit.draft} onTheirs={() => take(null)} onMine={() => take({ ...edit, from: now?.version ?? 0 })} />}
      <div className={editor.halves}>
        <ArticleForm draft={draft} missing={tried ? missing : []} leadsAll={leadsAll} disabled={!editable} onChange={change} />
        <section className={editor.preview} aria-label={t("preview")}>
          <h2>{t("preview")}</h2>
          {draft.title || draft.text ? <ArticleText of={draft} /> : <p className="soft">{t("previewEmpty")}</p>}
        </section>
      </div>
    </div>
  );
}

function useSaving(id: string, onSaved: (written: Article) => void, onStale?: () => void) {
  const queries = useQueryClient();
  return useSending(async ({ draft, from }: Edit) => {
    try {
      const written = await writing.put(id, draft, from);
      queries.setQueryData(articleQuery(id).queryKey, written);
      void queries.invalidateQueries({ queryKey: ["knowledge"] });
      onSaved(written);
    } catch (thrown) {
      // What is there now says who changed it.
      if (isProblem(thrown) && (thrown.status === 409 || thrown.status === 404)) onStale?.();
      throw thrown;
    }
  });
}

function RemoveButton({ of: { article, title }, onGone }: { of: Article; onGone: () => void }) {
  const { t } = useTranslation("knowledge");
  const { message, modal } = App.useApp();
  const problemText = useProblemText();
  const queries = useQueryClient();
  const remove = async () => {
    try {
      await writing.remove(article);
    } catch (thrown) {
      // Somebody else was quicker: it is gone all the same.
      if (!isProblem(thrown) || thrown.status !== 404) return void message.error(problemText(thrown).what);
    }
    void message.success(t("removed"));
    onGone();
    queries.removeQueries({ queryKey: articleQuery(article).queryKey });
    void queries.invalidateQueries({ queryKey: ["knowledge"] });
  };
  return (
    <Button danger onClick={() => modal.confirm({ title: t("sure", { title }), content: t("sureHint"), okText: t("remove"), okButtonProps: { danger: true }, onOk: remove })}>
      {t("remove")}
    </Button>
  );
}

/** Somebody else has saved or deleted it: which of the two is to stay. */
function Meanwhile({ now, mine, onTheirs, onMine }: { now: Article | null; mine: Draft; onTheirs: () => void; onMine: () => void }) {
  const { t } = useTranslation("knowledge");
  const whole = ({ title, text }: Draft) => `${title}\n\n${text}`;
  return (
    <Overtaken
      title={now ? t("theirs", { by: now.updated_by, version: now.version }) : t("gone")}
      takeTheirs={t(now ? "takeTheirs" : "discard")}
      keepMine={t("keepMine")}
      onTheirs={onTheirs}
      onMine={onMine}
    >
      <p>{t(now ? "theirsHint" : "goneHint")}</p>
      {now && <DifferenceView before={whole(now)} after={whole(mine)} same={t("same")} label={t("compare")} />}
    </Overtaken>
  );
}
