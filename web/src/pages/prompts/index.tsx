import { useState } from "react";
import { DeleteOutlined, EditOutlined, PlayCircleOutlined, PlusOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Card, Input, Space, Table, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { address } from "~/api/client";
import { useMay } from "~/api/me";
import { deletePrompt, type Prompt, promptsQuery } from "~/api/prompts";
import { Empty, PageHead, StateTag, useProblemText } from "~/ui";
import { signed } from "../figures";
import { Offered } from "../Offered";
import { PromptDrawer } from "./PromptDrawer";
import styles from "./prompts.module.css";

/** What callers hear of recordings and words, and who plays it. */
export default function Page() {
  const { t } = useTranslation("prompts");
  const may = useMay();
  const [wanted, setWanted] = useState("");
  // A name: it is replaced; empty: a new one.
  const [making, setMaking] = useState<string | null>(null);
  const found = useQuery(promptsQuery);
  const editable = may({ permission: "flow.publish", admin: true, atLeast: "tenant" });
  return (
    <>
      <PageHead
        title={t("title")}
        hint={t("hint")}
        actions={
          editable && (
            <Button type="primary" icon={<PlusOutlined />} onClick={() => setMaking("")}>
              {t("add")}
            </Button>
          )
        }
      />
      <Card>
        <Offered of={found}>
          {({ items }) => {
            const needle = wanted.trim().toLowerCase();
            const shown = items.filter(({ name, text }) => !needle || `${name} ${text ?? ""}`.toLowerCase().includes(needle));
            return (
              <>
                <Input.Search allowClear className={styles.search ?? ""} placeholder={t("search")} aria-label={t("search")} value={wanted} onChange={({ target }) => setWanted(target.value)} />
                <Rows prompts={shown} editable={editable} onReplace={setMaking} />
              </>
            );
          }}
        </Offered>
      </Card>
      {making !== null && found.data && <PromptDrawer name={making} speaker={found.data.speaker} onClose={() => setMaking(null)} />}
    </>
  );
}

function Rows({ prompts, editable, onReplace }: { prompts: Prompt[]; editable: boolean; onReplace: (name: string) => void }) {
  const { t } = useTranslation("prompts");
  const play = usePlay();
  const remove = useRemove();
  const seconds = (ms: number) => (ms / 1000).toFixed(1);
  return (
    <Table<Prompt>
      rowKey="name"
      size="middle"
      dataSource={prompts}
      pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false }}
      scroll={{ x: 900 }}
      locale={{ emptyText: <Empty title={t("empty")} hint={t("emptyHint")} /> }}
      columns={[
        { width: 52, render: (_, { name, problem }) => <Button type="text" icon={<PlayCircleOutlined />} disabled={Boolean(problem)} aria-label={t("play", { name })} onClick={() => play(name)} /> },
        { title: t("column.name"), width: 170, render: (_, { name, own }) => (own ? <strong>{name}</strong> : <span className="soft">—</span>) },
        {
          title: t("column.content"),
          render: (_, { text, file, problem }) => (
            <>
              {problem ? <StateTag tone="bad">{t("broken")}</StateTag> : null}
              <span className={styles.text} title={problem ?? text ?? file ?? undefined}>
                {text ?? `${t("file")} ${file ?? ""}`}
              </span>
            </>
          ),
        },
        { title: t("column.length"), width: 80, align: "end", render: (_, { sound }) => <span className="figures">{sound ? `${seconds(sound.length_ms)} s` : "—"}</span> },
        { title: t("column.level"), width: 90, align: "end", render: (_, { sound }) => <span className="figures">{sound ? t("decibels", { value: signed(Math.round(sound.level_dbov)) }) : "—"}</span> },
        { title: t("column.silence"), width: 100, align: "end", render: (_, { sound }) => <span className="figures">{sound ? `${seconds(sound.silence_before_ms)} / ${seconds(sound.silence_after_ms)} s` : "—"}</span> },
        {
          title: t("column.usedBy"),
          width: 220,
          render: (_, { used_by }) => (used_by.length === 0 ? <span className="soft">{t("unused")}</span> : used_by.map(({ kind, name, at }) => <Tag key={`${kind} ${name} ${at}`}>{[t(`kind.${kind}`), name, at].filter(Boolean).join(" · ")}</Tag>)),
        },
        {
          width: 92,
          render: (_, { name, own, used_by }) =>
            editable && own ? (
              <Space size={0}>
                <Button type="text" icon={<EditOutlined />} aria-label={t("replace", { name })} onClick={() => onReplace(name)} />
                <Button type="text" danger icon={<DeleteOutlined />} disabled={used_by.length > 0} aria-label={t("remove", { name })} onClick={() => remove(name)} />
              </Space>
            ) : null,
        },
      ]}
    />
  );
}

/** Plays one at a time. */
function usePlay() {
  const { t } = useTranslation("prompts");
  const { message } = App.useApp();
  const [audio] = useState(() => new Audio());
  return (name: string) => {
    audio.src = address(`/prompts/${encodeURIComponent(name)}/audio`);
    audio.play().catch(() => void message.error(t("cannotPlay")));
  };
}

function useRemove() {
  const { t } = useTranslation("prompts");
  const { message, modal } = App.useApp();
  const problem = useProblemText();
  const queries = useQueryClient();
  const { mutateAsync } = useMutation({
    mutationFn: deletePrompt,
    onSuccess: ({ version }) => {
      void message.success(t("removed", { version }));
      void queries.invalidateQueries({ queryKey: ["prompts"] });
    },
    onError: (error) => void message.error(problem(error).what),
  });
  return (name: string) => modal.confirm({ title: t("sure", { name }), okButtonProps: { danger: true }, onOk: () => mutateAsync(name).then(() => undefined, () => undefined) });
}
