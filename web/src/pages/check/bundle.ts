import { noted } from "~/app/log";
import type { DeviceReport } from "~/softphone/check";
import type { DiagnosisLine } from "./diagnosis";

/** Numbers of telephones, but for their last four digits. */
export function masked(text: string): string {
  return text.replace(/\d{7,}/g, (digits) => "*".repeat(digits.length - 4) + digits.slice(-4));
}

export interface BundleParts {
  user: string;
  version: string;
  trouble?: string;
  words?: string;
  diagnosis?: DiagnosisLine[];
  report?: DeviceReport | null;
  state: Record<string, unknown>;
  /** A picture of the screen, as a data address. */
  picture?: string | null;
}

/** Everything somebody who helps needs, as one file, without customers' numbers (DIA-01). */
export function bundleOf(parts: BundleParts, at = new Date()): string {
  const { picture, ...rest } = parts;
  const text = masked(JSON.stringify({ at: at.toISOString(), ...rest, log: noted() }, null, 2));
  return picture ? `${text.slice(0, -2)},\n  "picture": ${JSON.stringify(picture)}\n}` : text;
}

/** Gives a text to keep as a file. */
export function keepFile(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** One picture of what the reader chooses to show; none if he does not. */
export async function takePicture(): Promise<string | null> {
  if (!("getDisplayMedia" in navigator.mediaDevices)) return null;
  const stream = await navigator.mediaDevices.getDisplayMedia({ video: true }).catch(() => null);
  const track = stream?.getVideoTracks()[0];
  if (!stream || !track) return null;
  try {
    const video = document.createElement("video");
    video.srcObject = stream;
    video.muted = true;
    await video.play();
    const canvas = document.createElement("canvas");
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    canvas.getContext("2d")?.drawImage(video, 0, 0);
    return canvas.toDataURL("image/jpeg", 0.7);
  } finally {
    stream.getTracks().forEach((each) => each.stop());
  }
}
