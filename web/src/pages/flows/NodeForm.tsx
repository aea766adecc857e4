import { useEffect, useState } from "react";
import { DeleteOutlined, FlagOutlined } from "@ant-design/icons";
import { App, Button, Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { Empty } from "~/ui";
import { FieldInput } from "./Fields";
import { KindIcon } from "./icons";
import type { Draft, DraftNode } from "./model/draft";
import { isName } from "./model/edit";
import { stepOf } from "./model/steps";
import type { Value } from "./model/toml";
import { useFlowWords } from "./words";
import styles from "./flows.module.css";

/** What can be changed of a node. */
export interface NodeActs {
  set(node: string, field: string, value: Value | undefined): void;
  rename(from: string, to: string): void;
  remove(node: string): void;
  start(node: string): void;
}

/** The fields of the chosen node. */
export function NodeForm({ draft, name, acts }: { draft: Draft; name: string | null; acts: NodeActs | null }) {
  const { t } = useTranslation("flows");
  const node = draft.nodes.find((one) => one.name === name);
  if (!node) return <Empty title={t("node.none")} hint={acts ? t("node.noneHint") : undefined} />;
  return <One key={node.name} draft={draft} node={node} acts={acts} />;
}

const HELPED = ["notice", "read_back", "value", "url", "priority", "barge_in"] as const;

function One({ draft, node, acts }: { draft: Draft; node: DraftNode; acts: NodeActs | null }) {
  const { t } = useTranslation("flows");
  const { kind, field: fieldName, way } = useFlowWords();
  const { modal } = App.useApp();
  const step = stepOf(node.do);
  // A node without a header of its own is written in a way that only its author can change well.
  const editable = acts !== null && node.line > 0;
  const leads = draft.nodes.flatMap(({ ways }) => ways).filter(({ to }) => to === node.name).length;
  const remove = () => {
    if (leads === 0) return acts?.remove(node.name);
    modal.confirm({ title: t("node.deleteSure", { name: node.name }), content: t("node.deleteBody", { count: leads }), okText: t("node.delete"), okButtonProps: { danger: true }, onOk: () => acts?.remove(node.name) });
  };
  return (
    <Form layout="vertical" className={styles.form ?? ""} component="div">
      <header data-group={step?.group}>
        <span className={styles.kind} aria-hidden>
          <KindIcon of={node.do} />
        </span>
        <strong>{kind(node.do)}</strong>
        <span className={styles.fill} />
        {editable && node.name !== draft.start && (
          <Button size="small" type="text" icon={<FlagOutlined />} onClick={() => acts.start(node.name)}>
            {t("node.makeStart")}
          </Button>
        )}
        {editable && <Button size="small" type="text" danger icon={<DeleteOutlined />} aria-label={t("node.delete")} onClick={remove} />}
      </header>
      {acts !== null && node.line === 0 && <p className="soft">{t("node.inText")}</p>}
      <NameField node={node} draft={draft} disabled={!editable} onRename={(to) => acts?.rename(node.name, to)} />
      {(step?.fields ?? []).map((field) => {
        const label = field.kind === "node" ? way({ label: field.name }, node.do) : field.name === "into" && field.kind === "pairs" ? t("help.into") : fieldName(field.name);
        const help = HELPED.find((one) => one === field.name);
        return (
          <Form.Item key={field.name} label={label} required={field.required === true} extra={help && t(`help.${help}`)}>
            <FieldInput
              field={field}
              value={node.fields[field.name]}
              nodes={draft.nodes.map((one) => one.name)}
              language={draft.language}
              flow={draft.name}
              back={node.do === "menu"}
              disabled={!editable}
              label={label}
              onChange={(value) => acts?.set(node.name, field.name, value)}
            />
          </Form.Item>
        );
      })}
      <p className="soft">{t("node.leads", { count: leads })}</p>
    </Form>
  );
}

function NameField({ node, draft, disabled, onRename }: { node: DraftNode; draft: Draft; disabled: boolean; onRename: (to: string) => void }) {
  const { t } = useTranslation("flows");
  const [typed, setTyped] = useState(node.name);
  useEffect(() => setTyped(node.name), [node.name]);
  const taken = typed !== node.name && draft.nodes.some(({ name }) => name === typed);
  const problem = taken ? t("node.nameTaken") : isName(typed) ? undefined : t("node.nameBad");
  // Renamed when one is done, not with each letter: every mention of it changes.
  const done = () => (problem ? setTyped(node.name) : typed !== node.name && onRename(typed));
  return (
    <Form.Item label={t("node.rename")} validateStatus={problem ? "error" : ""} help={problem}>
      <Input value={typed} disabled={disabled} aria-label={t("node.rename")} onChange={({ target }) => setTyped(target.value)} onBlur={done} onPressEnter={done} />
    </Form.Item>
  );
}
