import { useState } from "react";
import { CameraOutlined, DownloadOutlined } from "@ant-design/icons";
import { Button, Card, Input, Result, Steps } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "@tanstack/react-router";
import { takePicture } from "./bundle";
import { DiagnosisList, useDiagnosis } from "./DiagnosisPart";
import { next, stepOf, troubles, type Answer, type Triage, type Trouble } from "./triage";
import { useBundle } from "./useBundle";
import styles from "./check.module.css";

/** From "it does not work" to a fix or a file for support, in three steps (DIA-01). */
export function TriagePart() {
  const { t } = useTranslation(["check", "app"]);
  const [now, setNow] = useState<Triage>({ at: "trouble" });
  const answer = (given: Answer) => setNow((before) => next(before, given));
  return (
    <Card size="small" title={t("check:triage.title")} extra={now.at !== "trouble" && <Button size="small" onClick={() => setNow({ at: "trouble" })}>{t("check:triage.again")}</Button>}>
      <Steps size="small" current={stepOf(now)} items={(["whose", "self", "support"] as const).map((step) => ({ title: t(`check:triage.step.${step}`) }))} style={{ marginBottom: 20 }} />
      <div aria-live="polite">
        <Place now={now} onAnswer={answer} />
      </div>
    </Card>
  );
}

function Place({ now, onAnswer }: { now: Triage; onAnswer: (answer: Answer) => void }) {
  const { t } = useTranslation("check");
  switch (now.at) {
    case "trouble":
      return (
        <>
          <h3>{t("triage.whatIs")}</h3>
          <div className={styles.choices}>
            {troubles.map((trouble) => (
              <Button key={trouble} onClick={() => onAnswer({ trouble })}>
                {t(`trouble.${trouble}.name`)}
              </Button>
            ))}
          </div>
        </>
      );
    case "others":
      return (
        <>
          <h3>{t("triage.others")}</h3>
          <p className="soft">{t("triage.othersHint")}</p>
          <div className={styles.choices}>
            <Button onClick={() => onAnswer("only_me")}>{t("triage.onlyMe")}</Button>
            <Button onClick={() => onAnswer("others_too")}>{t("triage.othersToo")}</Button>
          </div>
        </>
      );
    case "self_help":
      return (
        <>
          <h3>{t(`trouble.${now.trouble}.name`)}</h3>
          <ol className={styles.selfHelp}>
            {t(`trouble.${now.trouble}.help`).split("\n").map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ol>
          <Helped onAnswer={onAnswer} />
        </>
      );
    case "diagnosis":
      return <Diagnose onAnswer={onAnswer} />;
    case "support":
      return <Support trouble={now.trouble} platform={now.platform} onAnswer={onAnswer} />;
    case "solved":
      return <Result status="success" title={t("triage.solved")} extra={<Link to="/desk">{t("triage.toDesk")}</Link>} />;
  }
}

function Helped({ onAnswer, disabled = false }: { onAnswer: (answer: Answer) => void; disabled?: boolean }) {
  const { t } = useTranslation("check");
  return (
    <div className={styles.choices}>
      <Button type="primary" disabled={disabled} onClick={() => onAnswer("solved")}>
        {t("triage.helped")}
      </Button>
      <Button disabled={disabled} onClick={() => onAnswer("not_solved")}>
        {t("triage.notHelped")}
      </Button>
    </div>
  );
}

function Diagnose({ onAnswer }: { onAnswer: (answer: Answer) => void }) {
  const { t } = useTranslation("check");
  const { lines, tookMs, busy, run } = useDiagnosis();
  return (
    <>
      <h3>{t("diagnosis.title")}</h3>
      <Button type={lines.length === 0 ? "primary" : "default"} loading={busy} onClick={() => void run()} style={{ marginBottom: 12 }}>
        {t("diagnosis.start")}
      </Button>
      <DiagnosisList lines={lines} />
      <Helped onAnswer={onAnswer} disabled={busy || tookMs === null} />
    </>
  );
}

/** The longest description of a trouble. */
const WORDS_MAX = 2_000;

function Support({ trouble, platform, onAnswer }: { trouble: Trouble; platform: boolean; onAnswer: (answer: Answer) => void }) {
  const { t } = useTranslation("check");
  const keep = useBundle();
  const [words, setWords] = useState("");
  const [picture, setPicture] = useState<string | null>(null);
  return (
    <>
      <h3>{t(platform ? "support.platform" : "support.title")}</h3>
      <p className="soft">{t("support.hint")}</p>
      <Input.TextArea aria-label={t("support.words")} placeholder={t("support.words")} value={words} maxLength={WORDS_MAX} autoSize={{ minRows: 3, maxRows: 8 }} onChange={({ target }) => setWords(target.value)} />
      <div className={styles.choices}>
        <Button icon={<CameraOutlined />} onClick={() => void takePicture().then(setPicture)}>
          {t(picture ? "support.pictureAgain" : "support.picture")}
        </Button>
        <Button type="primary" icon={<DownloadOutlined />} onClick={() => keep({ trouble, words, picture })}>
          {t("support.keep")}
        </Button>
        <Button type="text" onClick={() => onAnswer("solved")}>
          {t("triage.helped")}
        </Button>
      </div>
      {picture && <img className={styles.picture} src={picture} alt={t("support.picture")} />}
    </>
  );
}
