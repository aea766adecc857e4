import type { FactorMethod, StepAnswer, WhyPassword } from "~/api/session";

/** What the sign-in page shows. */
export type Step =
  | { at: "password" }
  | { at: "second_factor"; methods: FactorMethod[]; ticket: string }
  | { at: "enrol"; ticket: string; secret: string; uri: string }
  | { at: "recovery_codes"; codes: string[]; next: Step }
  | { at: "change_password"; why: WhyPassword; ticket: string }
  | { at: "done" };

/** What comes after an answer. Recovery codes come first wherever they come with, as they are shown only once. */
export function stepAfter(answer: StepAnswer): Step {
  const next = plainStep(answer);
  const codes = "recovery_codes" in answer ? (answer.recovery_codes ?? []) : [];
  return codes.length > 0 ? { at: "recovery_codes", codes, next } : next;
}

function plainStep(answer: StepAnswer): Step {
  switch (answer.state) {
    case "signed_in":
      return { at: "done" };
    case "second_factor":
      return { at: "second_factor", methods: answer.methods, ticket: answer.ticket };
    case "enrol_totp":
      return { at: "enrol", ticket: answer.ticket, secret: answer.secret, uri: answer.uri };
    case "change_password":
      return { at: "change_password", why: answer.why, ticket: answer.ticket };
  }
}

/** Which part of a sign-in failed without an answer: the machine's network, the way to the server, or the login itself. */
export type FailedPart = "network" | "server" | "login";

/** Names it. `online` is what the browser believes; `serverAnswers` whether a small file came within two seconds. */
export function failedPart(online: boolean, serverAnswers: boolean): FailedPart {
  if (serverAnswers) return "login";
  return online ? "server" : "network";
}
