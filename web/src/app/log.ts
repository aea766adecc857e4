/** How many lines are kept; the oldest goes first. */
const LINES_MAX = 300;

export interface LogLine {
  at: string;
  what: string;
}

const lines: LogLine[] = [];

/** Remembers what happened on this page and went wrong, for a support bundle. Never what was typed, and no numbers. */
export function note(what: string): void {
  lines.push({ at: new Date().toISOString(), what: what.slice(0, 300) });
  if (lines.length > LINES_MAX) lines.shift();
}

export const noted = (): readonly LogLine[] => lines;

/** Notes errors of the page itself. */
export function noteErrors(): void {
  window.addEventListener("error", ({ message, filename, lineno }) => note(`error ${message} (${filename.split("/").pop()}:${lineno})`));
  window.addEventListener("unhandledrejection", ({ reason }) => note(`rejected ${reason instanceof Error ? reason.message : String(reason)}`));
}
