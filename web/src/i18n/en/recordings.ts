import type zh from "../zh/recordings";
import type { Texts } from "../texts";

export default {
  title: "Recordings",
  hint: "Listening goes into the audit log; your name stands in what you see.",
  column: { started: "Time", party: "Customer", agent: "Agent", queue: "Queue", length: "Length", status: "Status" },
  empty: "No recording matches",
  emptyHint: "Try a longer span of time, or clear the filters.",
  play: "Play the recording of {{number}}",
  open: "Open the call",
  missing: "{{time}} missing",
  now: "Now playing",
  none: "Choose a recording to play",
  export: {
    title: "Export ({{count}})",
    dialog_one: "Export {{count}} recording",
    dialog: "Export {{count}} recordings",
    body: "Each file will name you, the time and the reason, and the export goes into the audit log. Keep it as the rules say.",
    reason: "Reason for the export",
    reasonNeeded: "Give a reason",
    begin: "Export",
    done_one: "{{count}} recording exported",
    done: "{{count}} recordings exported",
  },
} satisfies Texts<typeof zh>;
