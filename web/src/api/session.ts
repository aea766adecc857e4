import { api } from "./client";
import { orNone } from "./problem";
import type { Said } from "./said";
import type { Me } from "./types";
import type { RequestSaid } from "./webauthn";

export type FactorMethod = "totp" | "recovery_code" | "passkey";
export type WhyPassword = "first_sign_in" | "expired" | "reset";

/** How far a sign-in is, as the server says. */
export type StepAnswer =
  | { state: "signed_in"; me: Me; recovery_codes?: string[] }
  | { state: "second_factor"; methods: FactorMethod[]; ticket: string }
  | { state: "enrol_totp"; ticket: string; secret: string; uri: string }
  | { state: "change_password"; why: WhyPassword; ticket: string; recovery_codes?: string[] };

export interface SetUpState {
  needed: boolean;
  listener?: "desk" | "admin";
  code_needed?: boolean;
}

export interface SetUpSent {
  company: string;
  name: string;
  password: string;
  code?: string;
  language?: string;
}

/** A code to sign in by, on the screen of the machine that is not signed in. */
export type Scan = Said["ShownView"];
export type ScanState = Said["ScanView"]["state"];

/** Where else one may sign in. */
export interface Provider {
  provider: string;
  zh: string;
  en: string;
}

/** The server holds a question about a code for 25 seconds if nothing happens. */
const HELD_MS_MAX = 30_000;

/** Every step of a sign-in has an answer within ten seconds: eight here, two to find out what failed (TEL-12). */
const timeoutMs = 8_000;

export const session = {
  signIn: (name: string, password: string) => api.post<StepAnswer>("/session", { name, password }, { timeoutMs }),
  secondFactor: (ticket: string, method: FactorMethod, code: string) =>
    api.post<StepAnswer>("/session/second-factor", { ticket, method, code }, { timeoutMs }),
  enrol: (ticket: string, code: string) => api.post<StepAnswer>("/session/totp", { ticket, code }, { timeoutMs }),
  choosePassword: (ticket: string, password: string) => api.post<StepAnswer>("/session/password", { ticket, password }, { timeoutMs }),
  unlock: (name: string, method: FactorMethod, code: string) => api.post<void>("/session/unlock", { name, method, code }, { timeoutMs }),
  beginPasskey: (ticket: string) => api.post<{ options: RequestSaid }>("/session/passkey", { ticket }, { timeoutMs }),
  passkey: (ticket: string, credential: object) => api.post<StepAnswer>("/session/second-factor", { ticket, method: "passkey", credential }, { timeoutMs }),
  scan: () => api.post<Scan>("/session/scan", {}, { timeoutMs }),
  scanState: ({ scan, secret }: Scan, signal: AbortSignal) => api.get<{ state: ScanState }>(`/session/scan/${encodeURIComponent(scan)}`, { secret }, signal, HELD_MS_MAX),
  takeScan: ({ scan, secret }: Scan) => api.post<StepAnswer>(`/session/scan/${encodeURIComponent(scan)}/take`, { secret }, { timeoutMs }),
  providers: () => orNone(api.get<{ items: Provider[] }>("/session/providers")),
  setUpState: () => api.get<SetUpState>("/setup"),
  setUp: (sent: SetUpSent) => api.post<StepAnswer>("/setup", sent, { timeoutMs }),
};
