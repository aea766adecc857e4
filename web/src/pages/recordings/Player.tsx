import { useEffect, useRef, useState } from "react";
import { BackwardOutlined, CaretRightFilled, ForwardOutlined, PauseOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Select } from "antd";
import dayjs from "dayjs";
import { useTranslation } from "react-i18next";
import WaveSurfer from "wavesurfer.js";
import { address } from "~/api/client";
import { useMe } from "~/api/me";
import type { Peaks, RecordingRow } from "~/api/records";
import { usePreferences } from "~/app/preferences";
import { Failure, formatClock, Loading, Moment } from "~/ui";
import { peaksQuery } from "../call/queries";
import { SPEEDS } from "../call/usePlayer";
import { customerOf, number } from "../figures";
import styles from "./recordings.module.css";

/** A recording with both its sides, played from the server: nothing is downloaded to be drawn. */
export function Player({ of }: { of: RecordingRow }) {
  const peaks = useQuery(peaksQuery(of.recording));
  const { language } = usePreferences();
  if (peaks.error) return <Failure error={peaks.error} retry={() => void peaks.refetch()} compact />;
  if (!peaks.data) return <Loading compact />;
  const { hint } = peaks.data;
  return (
    <>
      {hint && <Alert type="warning" showIcon title={language === "en" ? hint.en : hint.zh} style={{ marginBottom: 8 }} />}
      <Wave of={of} peaks={peaks.data} />
    </>
  );
}

function Wave({ of, peaks }: { of: RecordingRow; peaks: Peaks }) {
  const { t } = useTranslation(["recordings", "call"]);
  const me = useMe();
  const box = useRef<HTMLDivElement>(null);
  const wave = useRef<WaveSurfer | null>(null);
  const [at, setAt] = useState(0);
  const [playing, setPlaying] = useState(false);
  const [failed, setFailed] = useState(false);
  const [speed, setSpeed] = useState(1);
  useEffect(() => {
    if (!box.current) return;
    const colour = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    const made = WaveSurfer.create({
      container: box.current,
      height: 44,
      splitChannels: [
        { waveColor: colour("--bell-line"), progressColor: colour("--bell-busy") },
        { waveColor: colour("--bell-line"), progressColor: colour("--bell-accent") },
      ],
      cursorColor: colour("--bell-bad"),
      barWidth: 2,
      barGap: 1,
      url: address(`/recordings/${encodeURIComponent(of.recording)}/audio`),
      peaks: [peaks.left, peaks.right],
      duration: peaks.length_ms / 1000,
      autoplay: true,
    });
    wave.current = made;
    made.on("timeupdate", setAt);
    made.on("play", () => setPlaying(true));
    made.on("pause", () => setPlaying(false));
    made.on("error", () => setFailed(true));
    return () => made.destroy();
  }, [of.recording, peaks]);
  useEffect(() => wave.current?.setPlaybackRate(speed, true), [speed]);
  const skip = (seconds: number) => wave.current?.setTime(Math.max(at + seconds, 0));
  return (
    <section aria-label={t("now")}>
      <header>
        <Button type="primary" shape="circle" icon={playing ? <PauseOutlined /> : <CaretRightFilled />} aria-label={playing ? t("call:player.pause") : t("call:player.play")} onClick={() => void wave.current?.playPause()} />
        <Button type="text" icon={<BackwardOutlined />} aria-label={t("call:player.backward")} onClick={() => skip(-10)} />
        <Button type="text" icon={<ForwardOutlined />} aria-label={t("call:player.forward")} onClick={() => skip(10)} />
        <span className="figures">
          {formatClock(at * 1000)} <span className="soft">/ {formatClock(peaks.length_ms)}</span>
        </span>
        <Select<number> size="small" aria-label={t("call:player.speed")} value={speed} onChange={setSpeed} options={SPEEDS.map((value) => ({ value, label: `${value}×` }))} />
        <strong className="figures">{number(customerOf(of))}</strong>
        <span className="soft">
          <Moment at={of.started} />
        </span>
        {failed && (
          <span className={styles.failed} role="alert">
            {t("call:player.failed")}
          </span>
        )}
        <span className={styles.mark}>
          {me.display_name} · {dayjs().format("YYYY-MM-DD")}
        </span>
      </header>
      <div ref={box} />
    </section>
  );
}
