import { useCallback, useEffect, useRef, useState } from "react";
import { toMono, toWav } from "./wav";

/** A prompt is no longer than this; the recording then stops by itself. */
const RECORDING_MS_MAX = 600_000;

export type RecorderState = "idle" | "recording" | "failed";

/** Records the microphone and gives a WAV file. */
export function useRecorder(onDone: (file: Blob) => void) {
  const [state, setState] = useState<RecorderState>("idle");
  const [since, setSince] = useState(0);
  const recorder = useRef<MediaRecorder | null>(null);
  const done = useRef(onDone);
  done.current = onDone;
  const stop = useCallback(() => {
    if (recorder.current?.state === "recording") recorder.current.stop();
  }, []);
  useEffect(() => stop, [stop]);
  const start = useCallback(async () => {
    try {
      // The voice as it is: the server evens out its level.
      const stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: false, autoGainControl: false, noiseSuppression: true } });
      const pieces: Blob[] = [];
      const started = new MediaRecorder(stream);
      const limit = setTimeout(() => started.state === "recording" && started.stop(), RECORDING_MS_MAX);
      started.ondataavailable = ({ data }) => pieces.push(data);
      started.onstop = () => {
        clearTimeout(limit);
        stream.getTracks().forEach((track) => track.stop());
        decoded(new Blob(pieces, { type: started.mimeType })).then(
          (file) => {
            setState("idle");
            done.current(file);
          },
          () => setState("failed"),
        );
      };
      recorder.current = started;
      started.start();
      setSince(Date.now());
      setState("recording");
    } catch {
      setState("failed");
    }
  }, []);
  return { state, since, start, stop };
}

async function decoded(recorded: Blob): Promise<Blob> {
  const context = new AudioContext();
  try {
    const audio = await context.decodeAudioData(await recorded.arrayBuffer());
    const channels = Array.from({ length: audio.numberOfChannels }, (_, channel) => audio.getChannelData(channel));
    return new Blob([toWav(toMono(channels), audio.sampleRate)], { type: "audio/wav" });
  } finally {
    void context.close();
  }
}
