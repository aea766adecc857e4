import { useEffect } from "react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { create } from "zustand";
import { useEvents } from "~/api/events";
import { isProblem, Problem } from "~/api/problem";
import type { Dispositions, Summary, SummaryText } from "~/api/work";
import { useSending } from "~/ui";
import { useDrafts } from "./drafts";
import { dispositionsQuery, summaryQuery, workActs } from "./queries";
import { emptySummary, isBegun, missingOf } from "./summary";

/** Fields somebody was sent back to, each time anew. */
interface Asked {
  missing: { call: string | null; fields: string[]; turn: number };
  ask(call: string | null, fields: string[]): void;
}

/** What a refusal to end the work asks for; the form puts the cursor there. */
export const useAsked = create<Asked>((set) => ({
  missing: { call: null, fields: [], turn: 0 },
  ask: (call, fields) => set(({ missing }) => ({ missing: { call, fields, turn: missing.turn + 1 } })),
}));

export interface SummaryWork {
  dispositions: Dispositions | null;
  saved: Summary | null;
  text: SummaryText;
  /** Whether something was typed that the server does not have. */
  dirty: boolean;
  missing: string[];
  busy: boolean;
  problem: unknown;
  /** Whether it could not be sent and will be by itself. */
  waits: boolean;
  change(change: Partial<SummaryText>): void;
  /** Sends it; true if the server has it. */
  save(): Promise<boolean>;
}

/** One call's summary: what is saved, what is typed, and how both come together. Undefined while it is loaded. */
export function useSummary(call: string, queue: string | null | undefined): { work?: SummaryWork; error: unknown; retry: () => void } {
  const queries = useQueryClient();
  const dispositions = useQuery(dispositionsQuery(queue));
  const saved = useQuery(summaryQuery(call));
  const draft = useDrafts(({ drafts }) => drafts[call]?.text);
  const { keep, drop } = useDrafts.getState();
  const sending = useSending(async (text: SummaryText, done: () => void) => {
    const summary = await workActs.save(call, text);
    queries.setQueryData(summaryQuery(call).queryKey, summary);
    // What was typed while it was sent stays a draft.
    if (useDrafts.getState().drafts[call]?.text === text) drop(call);
    done();
    void queries.invalidateQueries({ queryKey: ["my-calls"] });
    void queries.invalidateQueries({ queryKey: ["customer"] });
  });
  const text = draft ?? saved.data ?? emptySummary;
  const save = async () => {
    let arrived = false;
    await sending.send(draft ?? textOf(text), () => (arrived = true));
    return arrived;
  };
  const waits = draft !== undefined && sending.problem instanceof Problem && sending.problem.passing;
  useSendLater(waits, save);

  // Without a server one can still write: the draft is enough to begin with.
  const away = isProblem(saved.error) && saved.error.passing;
  const loaded = dispositions.data !== undefined && (saved.data !== undefined || (away && draft !== undefined));
  const error = dispositions.error ?? saved.error;
  const retry = () => void Promise.all([dispositions.refetch(), saved.refetch()]);
  if (!loaded) return { error, retry };
  const change = (change: Partial<SummaryText>) => {
    const next = textOf({ ...text, ...change });
    if (isBegun(next) || saved.data) keep(call, next);
    else drop(call);
  };
  const found = dispositions.data ?? null;
  const missing = found ? missingOf(found, text) : [];
  return { work: { dispositions: found, saved: saved.data ?? null, text, dirty: draft !== undefined, missing, busy: sending.busy, problem: sending.problem, waits, change, save }, error: null, retry };
}

// Only what is sent: no state, no call.
function textOf({ disposition, resolved, note, fields, owner }: SummaryText): SummaryText {
  return { disposition, resolved, note, fields, ...(owner && { owner }) };
}

// What could not be sent goes as soon as the server is back.
function useSendLater(waits: boolean, save: () => Promise<boolean>): void {
  const link = useEvents((events) => events.link);
  useEffect(() => {
    if (!waits) return;
    const again = () => void save();
    window.addEventListener("online", again);
    if (link === "live") {
      const timer = setTimeout(again, 5_000);
      return () => {
        clearTimeout(timer);
        window.removeEventListener("online", again);
      };
    }
    return () => window.removeEventListener("online", again);
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [waits, link]);
}
