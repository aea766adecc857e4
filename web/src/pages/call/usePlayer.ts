import { useCallback, useEffect, useRef, useState } from "react";

export interface Player {
  /** Put this into an `<audio>`. */
  audio: React.RefObject<HTMLAudioElement | null>;
  playing: boolean;
  /** Where it is, in milliseconds of the recording. */
  at: number;
  speed: number;
  failed: boolean;
  toggle(): void;
  seek(ms: number): void;
  setSpeed(speed: number): void;
  retry(): void;
}

export const SPEEDS = [0.75, 1, 1.25, 1.5, 2];

/** How often the head moves: as smooth as an eye needs, and a page of lanes is not drawn anew for each frame. */
const STEP_MS = 100;

/** Plays one recording; says where it is while it plays. */
export function usePlayer(source: string | null): Player {
  const audio = useRef<HTMLAudioElement>(null);
  const [playing, setPlaying] = useState(false);
  const [at, setAt] = useState(0);
  const [speed, setSpeed] = useState(1);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    const element = audio.current;
    if (!element || source === null) return;
    const play = () => setPlaying(true);
    const pause = () => setPlaying(false);
    const seeked = () => setAt(element.currentTime * 1000);
    const error = () => setFailed(true);
    const ready = () => setFailed(false);
    const heard = [["play", play], ["pause", pause], ["ended", pause], ["seeked", seeked], ["error", error], ["canplay", ready]] as const;
    heard.forEach(([event, listener]) => element.addEventListener(event, listener));
    return () => heard.forEach(([event, listener]) => element.removeEventListener(event, listener));
  }, [source]);
  useEffect(() => {
    if (!playing) return;
    const timer = setInterval(() => setAt((audio.current?.currentTime ?? 0) * 1000), STEP_MS);
    return () => clearInterval(timer);
  }, [playing]);
  useEffect(() => {
    if (audio.current) audio.current.playbackRate = speed;
  }, [speed, source]);
  const toggle = useCallback(() => {
    const element = audio.current;
    if (!element) return;
    if (element.paused) void element.play().catch(() => setFailed(true));
    else element.pause();
  }, []);
  const seek = useCallback((ms: number) => {
    if (!audio.current) return;
    audio.current.currentTime = Math.max(ms, 0) / 1000;
    setAt(Math.max(ms, 0));
  }, []);
  const retry = useCallback(() => {
    setFailed(false);
    audio.current?.load();
  }, []);
  return { audio, playing, at, speed, failed, toggle, seek, setSpeed, retry };
}
