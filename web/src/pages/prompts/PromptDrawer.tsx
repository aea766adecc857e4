import { type ReactNode, useEffect, useState } from "react";
import { AudioOutlined, StopOutlined, UploadOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Drawer, Input, Segmented, Upload } from "antd";
import { useTranslation } from "react-i18next";
import { checkPrompt, type Material, previewPrompt, type PromptChecked, putPrompt } from "~/api/prompts";
import { formatClock, ProblemNote, useNow } from "~/ui";
import { useRecorder } from "./useRecorder";
import styles from "./prompts.module.css";

type Way = "upload" | "record" | "words";

/** How long after the last key words are looked at. */
const SETTLE_MS = 600;

/** Makes a prompt or replaces it: nothing takes effect that has not been heard as callers will hear it. */
export function PromptDrawer({ name: given, speaker, onClose }: { name: string; speaker: boolean; onClose: () => void }) {
  const { t } = useTranslation(["prompts", "app"]);
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [name, setName] = useState(given);
  const [way, setWay] = useState<Way>("upload");
  const [material, setMaterial] = useState<Material | null>(null);
  const [comment, setComment] = useState("");
  const checked = useChecked(name, material);
  const save = useMutation({
    mutationFn: (of: Material) => putPrompt(name.trim(), of, comment),
    onSuccess: ({ version }) => {
      void message.success(t("form.saved", { version }));
      void queries.invalidateQueries({ queryKey: ["prompts"] });
      onClose();
    },
  });
  const ways: Record<Way, ReactNode> = {
    upload: <UploadPart onFile={setMaterial} />,
    record: <RecordPart onFile={setMaterial} />,
    words: speaker ? <WordsPart onWords={setMaterial} /> : <Alert type="info" showIcon title={t("form.noSpeaker")} />,
  };
  return (
    <Drawer
      open
      size={520}
      title={given ? t("form.replace", { name: given }) : t("form.create")}
      onClose={onClose}
      footer={
        <Button type="primary" disabled={!name.trim() || !material || !checked.data?.ok} loading={save.isPending} onClick={() => material && save.mutate(material)}>
          {t("form.save")}
        </Button>
      }
    >
      <div className={styles.form}>
        {!given && (
          <label>
            {t("form.name")}
            <Input autoFocus maxLength={64} value={name} onChange={({ target }) => setName(target.value)} />
            <small className="soft">{t("form.nameHint")}</small>
          </label>
        )}
        <Segmented<Way>
          block
          value={way}
          options={(["upload", "record", "words"] as const).map((value) => ({ value, label: t(`form.${value}`) }))}
          onChange={(way) => {
            setWay(way);
            setMaterial(null);
          }}
        />
        {ways[way]}
        {material && <Findings checked={checked.data} busy={checked.isFetching} error={checked.error} />}
        {material && checked.data?.ok && <Preview name={name} material={material} />}
        <label>
          {t("form.comment")}
          <Input maxLength={200} value={comment} onChange={({ target }) => setComment(target.value)} />
        </label>
        <ProblemNote of={save.error} />
      </div>
    </Drawer>
  );
}

/** Each piece of material is looked at once. */
let pieces = 0;
const numbers = new WeakMap<object, number>();
function numberOf(material: Material): number {
  const known = numbers.get(material) ?? (pieces += 1);
  numbers.set(material, known);
  return known;
}

function useChecked(name: string, material: Material | null) {
  const of = name.trim() || "new";
  return useQuery({ queryKey: ["prompt", "check", material && numberOf(material)], queryFn: () => checkPrompt(of, material as Material), enabled: material !== null, retry: false, staleTime: Infinity, gcTime: 0 });
}

function UploadPart({ onFile }: { onFile: (file: Blob) => void }) {
  const { t } = useTranslation("prompts");
  const [chosen, setChosen] = useState("");
  return (
    <div className={styles.row}>
      <Upload
        accept=".wav,.mp3,.ogg,.flac,audio/*"
        maxCount={1}
        showUploadList={false}
        beforeUpload={(file) => {
          setChosen(file.name);
          onFile(file);
          return false;
        }}
      >
        <Button icon={<UploadOutlined />}>{t("form.choose")}</Button>
      </Upload>
      {chosen && <span>{t("form.chosen", { name: chosen })}</span>}
    </div>
  );
}

function RecordPart({ onFile }: { onFile: (file: Blob) => void }) {
  const { t } = useTranslation("prompts");
  const [taken, setTaken] = useState(false);
  const { state, since, start, stop } = useRecorder((file) => {
    setTaken(true);
    onFile(file);
  });
  const now = useNow();
  return (
    <>
      <p className="soft">{t("form.room")}</p>
      <div className={styles.row}>
        {state === "recording" ? (
          <Button danger icon={<StopOutlined />} onClick={stop}>
            {t("form.stop")}
          </Button>
        ) : (
          <Button icon={<AudioOutlined />} onClick={() => void start()}>
            {taken ? t("form.again") : t("form.start")}
          </Button>
        )}
        {state === "recording" && <span role="timer">{t("form.recording", { time: formatClock(Math.max(0, now - since)) })}</span>}
      </div>
      {state === "failed" && <Alert type="error" showIcon title={t("form.noMicrophone")} />}
    </>
  );
}

function WordsPart({ onWords }: { onWords: (words: { say: string } | null) => void }) {
  const { t } = useTranslation("prompts");
  const [say, setSay] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => onWords(say.trim() ? { say: say.trim() } : null), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [say, onWords]);
  return <Input.TextArea autoSize={{ minRows: 3, maxRows: 8 }} maxLength={2000} value={say} aria-label={t("form.say")} placeholder={t("form.say")} onChange={({ target }) => setSay(target.value)} />;
}

/** What the server found in it, with the remedy for what is wrong. */
function Findings({ checked, busy, error }: { checked: PromptChecked | undefined; busy: boolean; error: unknown }) {
  const { t } = useTranslation("prompts");
  if (error) return <ProblemNote of={error} />;
  if (busy || !checked) return <p className="soft">{t("form.checking")}</p>;
  const { sound } = checked;
  const seconds = (ms: number) => (ms / 1000).toFixed(1);
  const facts: ["form" | "peak" | "noise" | "silence" | "gain", string][] = [];
  if (checked.form) facts.push(["form", `${checked.form} ${checked.rate_hz ?? ""} Hz`]);
  if (sound) facts.push(["peak", t("decibels", { value: sound.peak_dbov.toFixed(1) })], ["noise", t("decibels", { value: Math.round(sound.noise_dbov) })], ["silence", `${seconds(sound.silence_before_ms)} / ${seconds(sound.silence_after_ms)} s`]);
  if (checked.gain_db != null) facts.push(["gain", t("decibels", { value: checked.gain_db.toFixed(1) })]);
  return (
    <>
      {checked.ok ? <Alert type="success" showIcon title={t("form.good", { seconds: seconds(checked.heard_ms ?? 0) })} /> : <Alert type="error" showIcon title={checked.problem} description={checked.remedy} />}
      {checked.remarks.map((remark) => (
        <Alert key={remark} type="warning" showIcon title={remark} />
      ))}
      {facts.length > 0 && (
        <dl className={styles.facts}>
          {facts.map(([fact, value]) => (
            <div key={fact}>
              <dt className="soft">{t(`form.facts.${fact}`)}</dt>
              <dd className="figures">{value}</dd>
            </div>
          ))}
        </dl>
      )}
    </>
  );
}

function Preview({ name, material }: { name: string; material: Material }) {
  const { t } = useTranslation("prompts");
  const heard = useQuery({ queryKey: ["prompt", "preview", numberOf(material)], queryFn: () => previewPrompt(name.trim() || "new", material), retry: false, staleTime: Infinity, gcTime: 0 });
  const [source, setSource] = useState<string>();
  useEffect(() => {
    if (!heard.data) return;
    const made = URL.createObjectURL(heard.data);
    setSource(made);
    return () => URL.revokeObjectURL(made);
  }, [heard.data]);
  if (heard.error) return <ProblemNote of={heard.error} />;
  return (
    <label>
      {t("form.preview")}
      <audio className={styles.preview} controls src={source} />
    </label>
  );
}
