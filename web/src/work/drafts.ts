import { create } from "zustand";
import { persist } from "zustand/middleware";
import type { SummaryText } from "~/api/work";

/** How many unsaved summaries a browser keeps; the oldest goes first. */
export const DRAFTS_MAX = 30;

interface Draft {
  text: SummaryText;
  /** When it was last typed in, as epoch milliseconds. */
  at: number;
}

/** The drafts with one more, at most `DRAFTS_MAX`. */
export function withDraft(drafts: Record<string, Draft>, call: string, draft: Draft): Record<string, Draft> {
  const all = Object.entries({ ...drafts, [call]: draft }).sort(([, a], [, b]) => b.at - a.at);
  return Object.fromEntries(all.slice(0, DRAFTS_MAX));
}

interface Drafts {
  drafts: Record<string, Draft>;
  keep(call: string, text: SummaryText): void;
  drop(call: string): void;
}

/** What has been typed and not been saved: stays when the page is loaded again or the server is away (AGT-04). */
export const useDrafts = create<Drafts>()(
  persist(
    (set) => ({
      drafts: {},
      keep: (call, text) => set(({ drafts }) => ({ drafts: withDraft(drafts, call, { text, at: Date.now() }) })),
      drop: (call) => set(({ drafts }) => ({ drafts: Object.fromEntries(Object.entries(drafts).filter(([each]) => each !== call)) })),
    }),
    { name: "belltower.drafts" },
  ),
);
