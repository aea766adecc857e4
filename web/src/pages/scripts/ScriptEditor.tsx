import { useRef, useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Input, type GetRef } from "antd";
import { useTranslation } from "react-i18next";
import { useMe } from "~/api/me";
import type { ScriptPhase } from "~/api/work";
import { Moment, ProblemNote, StateTag, useSending } from "~/ui";
import { Lines as Shown, usePlaceWord } from "~/work/Lines";
import { inserted, PLACES, unknownPlaces, type Values } from "~/work/places";
import { onSaveKey, useLeave } from "../editing";
import editor from "../editor.module.css";
import { Overtaken } from "../Overtaken";
import { EVERY_QUEUE, LINES_CHARS_MAX, type Lines, putScript, versionsQuery, type Words } from "./queries";
import styles from "./scripts.module.css";

const LANGUAGES = ["zh", "en"] as const;
type Language = (typeof LANGUAGES)[number];
type Area = GetRef<typeof Input.TextArea>;

interface Props {
  queue: string;
  phase: ScriptPhase;
  /** The newest first. */
  versions: Lines[];
}

/** The lines of one phase in both languages, and how agents see them. */
export function ScriptEditor({ queue, phase, versions }: Props) {
  const { t } = useTranslation(["scripts", "app"]);
  const { message } = App.useApp();
  const queries = useQueryClient();
  const now = versions[0];
  const saved: Words = { zh: now?.zh ?? "", en: now?.en ?? "" };
  // What is not saved, and the version it began from.
  const [edit, setEdit] = useState<{ from: number; words: Words } | null>(null);
  const words = edit?.words ?? saved;
  const changed = edit !== null && (words.zh !== saved.zh || words.en !== saved.en);
  const overtaken = changed && edit.from !== (now?.version ?? 0);
  const change = (part: Partial<Words>) => setEdit({ from: edit?.from ?? now?.version ?? 0, words: { ...words, ...part } });
  useLeave(changed, t("leave"));
  const { send, busy, problem } = useSending(async () => {
    const written = await putScript(queue, phase, words);
    queries.setQueryData(versionsQuery(queue, phase).queryKey, { items: [written, ...versions] });
    setEdit(null);
    void message.success(t("done", { version: written.version }));
  });
  const save = () => void (changed && !overtaken && send());
  const unknown = unknownPlaces(words.zh, words.en);
  const empty = !words.zh.trim() && !words.en.trim();
  return (
    <div onKeyDown={onSaveKey(save)}>
      <div className={editor.bar}>
        {now && (
          <span className="soft">
            {t("facts", { version: now.version, by: now.by })} · <Moment at={now.at} />
          </span>
        )}
        {(now || changed) && <StateTag tone={changed ? "warn" : "good"}>{t(changed ? "changed" : "saved")}</StateTag>}
        <span className={editor.fill} />
        {changed && <Button onClick={() => setEdit(null)}>{t("discard")}</Button>}
        <Button type="primary" title="Ctrl+S" loading={busy} disabled={!changed || overtaken} onClick={save}>
          {t("app:act.save")}
        </Button>
      </div>
      {overtaken && now && (
        <Overtaken
          title={t("theirs", { by: now.by, version: now.version })}
          takeTheirs={t("takeTheirs")}
          keepMine={t("keepMine")}
          onTheirs={() => setEdit(null)}
          onMine={() => setEdit({ ...edit, from: now.version })}
        />
      )}
      <ProblemNote of={problem} />
      {empty && <Alert type="info" showIcon className={editor.note ?? ""} title={t(changed ? "clears" : queue === EVERY_QUEUE ? "noneCentre" : "none")} />}
      {unknown.length > 0 && <Alert type="warning" showIcon className={editor.note ?? ""} title={t("unknown", { places: unknown.map((place) => `{${place}}`).join(" ") })} description={t("unknownHint")} />}
      <div className={editor.halves}>
        <Areas words={words} onChange={change} />
        <Preview words={words} queue={queue} />
      </div>
      <Earlier versions={versions.slice(1)} onRestore={change} />
    </div>
  );
}

/** Both languages, and buttons that put a place where the cursor stood last. */
function Areas({ words, onChange }: { words: Words; onChange: (part: Partial<Words>) => void }) {
  const { t } = useTranslation("scripts");
  const word = usePlaceWord();
  const areas = useRef<Partial<Record<Language, Area | null>>>({});
  const [last, setLast] = useState<Language>("zh");
  const insert = (place: string) => {
    const area = areas.current[last]?.resizableTextArea?.textArea;
    const end = words[last].length;
    const put = inserted(words[last], area?.selectionStart ?? end, area?.selectionEnd ?? end, place);
    if (put.text.length > LINES_CHARS_MAX) return;
    onChange({ [last]: put.text });
    requestAnimationFrame(() => {
      area?.focus();
      area?.setSelectionRange(put.at, put.at);
    });
  };
  return (
    <div>
      <div className={styles.places} role="group" aria-label={t("insert")}>
        <span className="soft">{t("insertHint")}</span>
        {PLACES.map((place) => (
          <Button key={place} size="small" title={`{${place}}`} onClick={() => insert(place)}>
            {word(place)}
          </Button>
        ))}
      </div>
      {LANGUAGES.map((language) => (
        <label key={language} className={styles.area}>
          <span>{t("lines", { language: t(language) })}</span>
          <Input.TextArea
            ref={(area) => void (areas.current[language] = area)}
            value={words[language]}
            lang={language}
            maxLength={LINES_CHARS_MAX}
            showCount
            autoSize={{ minRows: 4, maxRows: 10 }}
            onFocus={() => setLast(language)}
            onChange={({ target }) => onChange({ [language]: target.value })}
          />
        </label>
      ))}
    </div>
  );
}

function Preview({ words, queue }: { words: Words; queue: string }) {
  const { t } = useTranslation("scripts");
  const me = useMe();
  const sample = ["name", "number", "region", "carrier"] as const;
  const values: Values = { ...Object.fromEntries(sample.map((place) => [place, t(`example.${place}`)])), agent: me.display_name, queue: queue === EVERY_QUEUE ? t("queue") : queue, centre: me.company };
  return (
    <section className={editor.preview} aria-label={t("preview")}>
      <h2>{t("preview")}</h2>
      <p className="soft">{t("sample")}</p>
      {!words.zh.trim() && !words.en.trim() && <p className="soft">{t("previewEmpty")}</p>}
      {LANGUAGES.map((language) =>
        words[language].trim() ? (
          <div key={language} lang={language} className={styles.said}>
            <Shown text={words[language].trim()} values={values} />
          </div>
        ) : null,
      )}
    </section>
  );
}

function Earlier({ versions, onRestore }: { versions: Lines[]; onRestore: (words: Words) => void }) {
  const { t } = useTranslation("scripts");
  if (versions.length === 0) return null;
  return (
    <details className={styles.earlier}>
      <summary>{t("versions")}</summary>
      <ul>
        {versions.map((one) => (
          <li key={one.version}>
            <span className="soft">
              {t("facts", { version: one.version, by: one.by })} · <Moment at={one.at} />
            </span>
            <span className={styles.words}>{one.zh || one.en || t("empty")}</span>
            <Button size="small" onClick={() => onRestore({ zh: one.zh, en: one.en })}>
              {t("restore", { version: one.version })}
            </Button>
          </li>
        ))}
      </ul>
    </details>
  );
}
