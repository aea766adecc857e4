import { api } from "~/api/client";
import { Problem } from "~/api/problem";
import { closeStream, openMicrophone } from "./devices";
import { microphoneCause, type VoiceCause, type VoiceStep } from "./voice";

/** What a browser registers by. */
export interface VoiceKey {
  sip_uri: string;
  user: string;
  password: string;
  realm: string;
  ws_path: string;
  expires_at: string;
  codecs: string[];
}

/** A step that did not work. */
export class VoiceFailure extends Error {
  constructor(
    readonly step: VoiceStep,
    readonly reason: VoiceCause,
  ) {
    super(`${step}: ${reason}`);
  }
}

/** Opens the microphone once, so that the browser asks for permission now and not when the first caller waits. */
export async function tryMicrophone(): Promise<void> {
  if (!window.isSecureContext) throw new VoiceFailure("microphone", "insecure");
  if (!("mediaDevices" in navigator) || !("RTCPeerConnection" in window)) throw new VoiceFailure("microphone", "unsupported");
  try {
    closeStream(await openMicrophone());
  } catch (error) {
    throw new VoiceFailure("microphone", microphoneCause(error instanceof DOMException ? error.name : ""));
  }
}

/** How long the browser may take to find an address of its own. */
const GATHER_MS_MAX = 3_000;

/** Whether WebRTC finds an address to speak from: extensions and company policies can forbid it (ICE). */
export async function tryNetwork(): Promise<void> {
  const connection = new RTCPeerConnection({ iceServers: [] });
  try {
    const found = new Promise<boolean>((resolve) => {
      connection.onicecandidate = ({ candidate }) => resolve(candidate !== null && candidate.candidate !== "");
      setTimeout(() => resolve(false), GATHER_MS_MAX);
    });
    connection.addTransceiver("audio");
    await connection.setLocalDescription();
    if (!(await found)) throw new VoiceFailure("network", "no_candidates");
  } finally {
    connection.close();
  }
}

/** Asks for a key. None: the account has no phone in the browser. */
export async function askForKey(timeoutMs: number): Promise<VoiceKey | null> {
  try {
    return await api.post<VoiceKey>("/me/voice", {}, { timeoutMs });
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown;
    if (thrown.status === 404 || thrown.status === 409 || thrown.status === 422) return null;
    const cause: VoiceCause = thrown.code === "timed_out" ? "timed_out" : thrown.code === "network_lost" ? "unreachable" : thrown.status >= 500 ? "server" : "refused";
    throw new VoiceFailure("key", cause);
  }
}
