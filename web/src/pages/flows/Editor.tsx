import { type KeyboardEvent, type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { ArrowLeftOutlined, CheckCircleFilled, CloseCircleFilled, PartitionOutlined, RedoOutlined, UndoOutlined } from "@ant-design/icons";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Button, Tabs, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { checkQuery, type CounterExample, type FlowDetail, flowQuery, type Mistake, statsQuery, templatesQuery } from "~/api/flows";
import { useMay } from "~/api/me";
import { NotFound } from "~/app/NotFound";
import { Query, StateTag } from "~/ui";
import { useLeave } from "../editing";
import { TextEdit, type TextEditHandle } from "../text/TextEdit";
import { Canvas } from "./Canvas";
import { CheckPanel } from "./CheckPanel";
import { setHead } from "./model/edit";
import { walk } from "./model/walk";
import { NodeForm } from "./NodeForm";
import { PublishDialog } from "./PublishDialog";
import { SimulatePanel, type Simulation } from "./SimulatePanel";
import { useEditor } from "./useEditor";
import { VersionsPanel } from "./VersionsPanel";
import styles from "./flows.module.css";

const PANELS = ["node", "text", "check", "simulate", "versions"] as const;
type Panel = (typeof PANELS)[number];

/** How long after the last change the server is asked. */
const SETTLE_MS = 450;

/** `from`: what a flow that is not there yet begins with, the name of a template. */
export default function Editor({ name, from }: { name: string; from: string | undefined }) {
  return from ? <Fresh name={name} from={from} /> : <Published name={name} />;
}

function Published({ name }: { name: string }) {
  const found = useQuery(flowQuery(name));
  return <Query of={found}>{(flow) => <Opened key={flow.name} flow={flow} draft={null} />}</Query>;
}

function Fresh({ name, from }: { name: string; from: string }) {
  const templates = useQuery(templatesQuery);
  const text = templates.data?.items.find((template) => template.name === from)?.text;
  if (text === undefined) return <Query of={templates}>{() => <NotFound />}</Query>;
  return <Opened flow={{ name, text: "" }} draft={setHead(text, "flow", name)} />;
}

/** `draft`: what is drawn at first, if that is not what callers hear. */
function Opened({ flow, draft: initial }: { flow: FlowDetail; draft: string | null }) {
  const { t } = useTranslation("flows");
  const may = useMay();
  const editor = useEditor(flow.text, initial);
  const { text, draft, acts, unreadable } = editor;
  const editable = may({ permission: "flow.draft" });
  const publishes = may({ permission: "flow.publish", admin: true });
  const [selected, setSelected] = useState<string | null>(null);
  const [panel, setPanel] = useState<Panel>("node");
  const [tidied, setTidied] = useState(0);
  const [example, setExample] = useState<CounterExample | null>(null);
  const [simulation, setSimulation] = useState<Simulation | null>(null);
  const [walked, setWalked] = useState<string[]>([]);
  const [publishing, setPublishing] = useState(false);
  const settled = useSettled(text);
  const check = useQuery({ ...checkQuery(flow.name, settled), enabled: !unreadable, placeholderData: (before) => before });
  const stats = useQuery(statsQuery(flow.name)).data;
  const mistakes: Mistake[] = useMemo(() => (unreadable ? [unreadable] : (check.data?.mistakes ?? [])), [unreadable, check.data]);
  const examples = useMemo(() => (unreadable ? [] : (check.data?.proof?.counter_examples ?? [])), [unreadable, check.data]);
  const byNode = useMemo(() => mistakesByNode(draft, mistakes, examples), [draft, mistakes, examples]);
  const simulating = panel === "simulate" && simulation !== null;
  const lit = useMemo(() => (simulating ? walk(draft.nodes, walked.map((node) => ({ node }))) : example ? walk(draft.nodes, example.path) : null), [simulating, draft, walked, example]);
  const editing = useRef<TextEditHandle>(null);
  useLeave(editor.changed, t("bar.leave"));
  const goToLine = (line: number) => {
    setPanel("text");
    requestAnimationFrame(() => editing.current?.goTo(line));
  };
  const select = useCallback((node: string | null) => {
    setSelected(node);
    if (node) setPanel((now) => (now === "text" || now === "simulate" ? now : "node"));
  }, []);
  const published = usePublished(flow.name, initial !== null);
  const keys = (event: KeyboardEvent) => {
    const typing = event.target instanceof HTMLElement && event.target.closest("input, textarea");
    if (!(event.ctrlKey || event.metaKey) || typing || !editable) return;
    if (event.key === "z" && !event.shiftKey) acts.undo();
    else if (event.key === "y" || (event.key === "z" && event.shiftKey) || event.key === "Z") acts.redo();
    else return;
    event.preventDefault();
  };
  const panels: Record<Panel, () => ReactNode> = {
    node: () => <NodeForm draft={draft} name={selected} acts={editable ? acts : null} />,
    text: () => <TextEdit ref={editing} value={text} label={t("text.label")} marks={mistakes} readOnly={!editable} height="100%" onChange={acts.setText} />,
    check: () => <CheckPanel mistakes={mistakes} checked={unreadable ? undefined : check.data} stats={stats} shown={example} onShow={setExample} onLine={goToLine} />,
    simulate: () => <SimulatePanel flow={flow.name} text={settled} of={simulation} onChange={setSimulation} onWalk={setWalked} />,
    versions: () => <VersionsPanel flow={flow.name} text={text} current={flow.version ?? draft.version} editable={editable} publishes={publishes} onRestore={acts.replace} onPublished={published} />,
  };
  return (
    <div className={styles.editor} onKeyDown={keys}>
      <header className={styles.editorHead}>
        <Link to="/flows" aria-label={t("back")}>
          <ArrowLeftOutlined />
        </Link>
        <h1>{flow.name}</h1>
        <span className="soft">{t("bar.version", { version: flow.version ?? draft.version })}</span>
        {!editable ? <StateTag tone="idle">{t("bar.readOnly")}</StateTag> : editor.changed ? <StateTag tone="warn">{t("bar.changed")}</StateTag> : <StateTag tone="good">{t("bar.saved")}</StateTag>}
        <Verdict unreadable={unreadable !== null} mistakes={mistakes.length} examples={examples.length} checking={check.isFetching || settled !== text} ok={check.data?.proof?.ok ?? false} onOpen={() => setPanel("check")} />
        <span className={styles.fill} />
        {editable && (
          <>
            <Tooltip title={`${t("bar.undo")} (Ctrl+Z)`}>
              <Button type="text" icon={<UndoOutlined />} aria-label={t("bar.undo")} disabled={!editor.canUndo} onClick={acts.undo} />
            </Tooltip>
            <Tooltip title={`${t("bar.redo")} (Ctrl+Y)`}>
              <Button type="text" icon={<RedoOutlined />} aria-label={t("bar.redo")} disabled={!editor.canRedo} onClick={acts.redo} />
            </Tooltip>
          </>
        )}
        <Tooltip title={t("bar.tidy")}>
          <Button type="text" icon={<PartitionOutlined />} aria-label={t("bar.tidy")} onClick={() => setTidied((times) => times + 1)} />
        </Tooltip>
        {publishes && (
          <Tooltip title={!editor.changed ? t("publish.nothing") : mistakes.length + examples.length > 0 ? t("publish.blocked") : ""}>
            <Button type="primary" disabled={!editor.changed || mistakes.length + examples.length > 0 || settled !== text} onClick={() => setPublishing(true)}>
              {t("bar.publish")}
            </Button>
          </Tooltip>
        )}
      </header>
      <div className={styles.work}>
        <div className={styles.canvas}>
          <Canvas
            draft={draft}
            stats={stats}
            mistakes={byNode}
            walk={lit}
            here={simulating ? (walked.at(-1) ?? null) : (example?.path.at(-1)?.node ?? null)}
            selected={selected}
            acts={editable ? acts : null}
            tidied={tidied}
            onSelect={select}
          />
        </div>
        <aside className={styles.side} data-wide={panel === "text" || panel === "versions"}>
          <Tabs
            activeKey={panel}
            onChange={(key) => setPanel(key as Panel)}
            items={PANELS.map((key) => ({ key, label: t(`tab.${key}`) }))}
          />
          <div className={styles.panel} role="tabpanel" aria-label={t(`tab.${panel}`)}>
            {panels[panel]()}
          </div>
        </aside>
      </div>
      {publishing && <PublishDialog flow={flow.name} published={flow.text} text={text} base={flow.version} onClose={() => setPublishing(false)} onPublished={published} />}
    </div>
  );
}

interface VerdictProps {
  unreadable: boolean;
  mistakes: number;
  examples: number;
  checking: boolean;
  ok: boolean;
  onOpen: () => void;
}

/** The checker's verdict in a word; a click opens its reasons. */
function Verdict({ unreadable, mistakes, examples, checking, ok, onOpen }: VerdictProps) {
  const { t } = useTranslation("flows");
  const bad = mistakes + examples > 0;
  const words = unreadable ? t("bar.unreadable") : mistakes > 0 ? t("bar.mistakes", { count: mistakes }) : examples > 0 ? t("bar.problems", { count: examples }) : checking ? t("bar.checking") : ok ? t("bar.proved") : t("bar.checking");
  return (
    <button type="button" className={styles.verdict} data-tone={bad ? "bad" : ok && !checking ? "good" : "idle"} onClick={onOpen}>
      {bad ? <CloseCircleFilled /> : <CheckCircleFilled />} {words}
    </button>
  );
}

/** After it was published, a flow that was new is one like all others. */
function usePublished(name: string, fresh: boolean) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return () => {
    void queries.invalidateQueries({ queryKey: ["flow", name] });
    void queries.invalidateQueries({ queryKey: ["flows"] });
    if (fresh) void navigate({ to: "/flows/$flow", params: { flow: name }, search: {} as never, replace: true, ignoreBlocker: true });
  };
}

/** A text once nobody has changed it for a moment. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

/** What the checker has against each node: mistakes in its lines, and counter-examples that end there. */
function mistakesByNode(draft: ReturnType<typeof useEditor>["draft"], mistakes: readonly Mistake[], examples: readonly CounterExample[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { line, problem } of mistakes) {
    const node = draft.nodes.filter((one) => one.line > 0 && one.line <= line).at(-1);
    if (node && !found.has(node.name)) found.set(node.name, problem);
  }
  for (const { path, problem, line } of examples) {
    const node = path.at(-1)?.node ?? draft.nodes.filter((one) => one.line > 0 && one.line <= (line ?? 0)).at(-1)?.name;
    if (node && !found.has(node)) found.set(node, problem);
  }
  return found;
}
