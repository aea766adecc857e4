import { CheckCircleFilled, CloseCircleFilled, LoadingOutlined, MinusCircleOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { Button, Popover } from "antd";
import { useTranslation } from "react-i18next";
import { useMe } from "~/api/me";
import { softphone } from "~/softphone/softphone";
import { usePhone } from "~/softphone/store";
import { stepMark, voiceSteps, type Voice } from "~/softphone/voice";
import { StateTag, type Tone } from "~/ui";
import { DeviceChoices } from "./DeviceChoices";
import styles from "./agent.module.css";

const tones: Record<Voice["at"], Tone> = { off: "idle", none: "idle", elsewhere: "idle", starting: "busy", ready: "good", lost: "warn", failed: "bad" };

/** Whether this browser is a phone, which step it is at or failed at, and what to do (TEL-12). */
export function VoiceChip() {
  const { t } = useTranslation("desk");
  const voice = usePhone((state) => state.voice);
  const quality = usePhone((state) => state.quality);
  const word = voice.at === "ready" && quality ? t(`quality.${quality.level}`) : t(`voice.${voice.at}`);
  const tone: Tone = voice.at === "ready" && quality ? ({ good: "good", fair: "warn", weak: "bad" } as const)[quality.level] : tones[voice.at];
  const content = (
    <>
      <VoicePanel voice={voice} />
      <Link to="/check">{t("voice.check")}</Link>
    </>
  );
  return (
    <Popover trigger="click" placement="bottomLeft" content={content} title={t("voice.title")}>
        <Button type="text" className={styles.chip} aria-label={`${t("voice.title")}: ${word}`}>
          <StateTag tone={tone}>{word}</StateTag>
        </Button>
    </Popover>
  );
}

function VoicePanel({ voice }: { voice: Voice }) {
  const { t } = useTranslation("desk");
  const me = useMe();
  const quality = usePhone((state) => state.quality);
  const others = (me.agent?.endpoints ?? []).filter((endpoint) => endpoint !== me.agent?.browser_endpoint);
  return (
    <div className={styles.voicePanel}>
      {voice.at === "none" && <p>{t("voice.noneHint")}</p>}
      {voice.at === "elsewhere" && (
        <>
          <p>{t("voice.elsewhereHint")}</p>
          <Button onClick={() => softphone.takeOver()}>{t("voice.takeOver")}</Button>
        </>
      )}
      {voice.at === "lost" && <p>{t("voice.lostHint")}</p>}
      {(voice.at === "starting" || voice.at === "failed") && <Steps voice={voice} />}
      {voice.at === "failed" && (
        <>
          <p role="alert">{t(`voice.cause.${voice.cause}`)}</p>
          {others.length > 0 && <p className="soft">{t("voice.otherPhones", { phones: others.join(", ") })}</p>}
          <Button type="primary" onClick={() => softphone.retry()}>
            {t("voice.retry")}
          </Button>
        </>
      )}
      {quality && (
        <p className="figures">
          {t("quality.figures", { mos: quality.mos.toFixed(1), loss: (quality.lossPermille / 10).toFixed(1), jitter: quality.jitterMs, rtt: quality.rttMs ?? "–" })}
          {quality.micSilent && <strong> {t("quality.micSilent")}</strong>}
        </p>
      )}
      {voice.at === "ready" && <DeviceChoices />}
    </div>
  );
}

const marks = { done: <CheckCircleFilled />, running: <LoadingOutlined />, failed: <CloseCircleFilled />, open: <MinusCircleOutlined /> };

/** The steps until this browser is a phone, each with how it stands. */
export function Steps({ voice }: { voice: Voice }) {
  const { t } = useTranslation("desk");
  return (
    <ol className={styles.steps}>
      {voiceSteps.map((step) => {
        const mark = stepMark(voice, step);
        return (
          <li key={step} data-mark={mark}>
            {marks[mark]} {t(`voice.step.${step}`)}
          </li>
        );
      })}
    </ol>
  );
}
