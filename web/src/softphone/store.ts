import { create } from "zustand";
import type { Quality } from "./quality";
import type { Voice } from "./voice";

/** The call this browser rings for or speaks in. */
export interface PhoneCall {
  /** The call's id in the centre, by which the desk finds it; none if the other side is not the centre's. */
  call: string | null;
  /** Who, as SIP says it. */
  party: string;
  stage: "ringing" | "connecting" | "talking";
  since: number;
  muted: boolean;
  /** Milliseconds from answering to the first sound. */
  audioAfterMs: number | null;
}

interface Phone {
  voice: Voice;
  call: PhoneCall | null;
  quality: Quality | null;
  /** Whether the server offers a codec for weak networks. */
  hasOpus: boolean;
  /** Why the last call of this browser ended otherwise than by hanging up. */
  lastFailure: string | null;
}

/** What this browser does as a phone. Only the softphone writes it. */
export const usePhone = create<Phone>(() => ({ voice: { at: "off" }, call: null, quality: null, hasOpus: false, lastFailure: null }));
