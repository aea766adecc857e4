import { api } from "./client";
import type { Me } from "./types";

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

/** Every step of a sign-in has an answer within ten seconds: eight here, two to find out what failed (TEL-12). */
const timeoutMs = 8_000;

export const session = {
  signIn: (name: string, password: string) => api.post<StepAnswer>("/session", { name, password }, { timeoutMs }),
  secondFactor: (ticket: string, method: FactorMethod, code: string) =>
    api.post<StepAnswer>("/session/second-factor", { ticket, method, code }, { timeoutMs }),
  enrol: (ticket: string, code: string) => api.post<StepAnswer>("/session/totp", { ticket, code }, { timeoutMs }),
  choosePassword: (ticket: string, password: string) => api.post<StepAnswer>("/session/password", { ticket, password }, { timeoutMs }),
  unlock: (name: string, method: FactorMethod, code: string) => api.post<void>("/session/unlock", { name, method, code }, { timeoutMs }),
  setUpState: () => api.get<SetUpState>("/setup"),
  setUp: (sent: SetUpSent) => api.post<StepAnswer>("/setup", sent, { timeoutMs }),
};
