import type zh from "../zh/audit";
import type { Texts } from "../texts";

export default {
  title: "Audit",
  hint: "What administrators did, in order, each record chained to the one before; nobody can delete their own.",
  filter: { who: "Who", what: "Action, e.g. user.", reset: "Clear" },
  column: { at: "Time", who: "Who", action: "Action", object: "Object", outcome: "Outcome", address: "From IP" },
  outcome: { done: "Done", refused: "Refused", failed: "Failed" },
  kind: { user: "User", token: "Token", stranger: "Not signed in", system: "System" },
  details: "Details",
  hash: "Hash",
  empty: "No record matches",
  verify: "Verify the log",
  whole: "The log is whole: {{records}} records, each chained, none altered",
  broken: "The log has been altered",
  brokenBody: "Keep things as they are and tell who is responsible for security:",
  more: "Load more",
} satisfies Texts<typeof zh>;
