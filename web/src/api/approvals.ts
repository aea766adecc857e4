// What waits for a second person, and how an export of recordings stands with it (REC-13).

import { queryOptions } from "@tanstack/react-query";
import { api } from "./client";
import type { Narrowed, Said } from "./said";
import type { Page } from "./types";

export type ApprovalView = Narrowed<"ApprovalView", { state: "waiting" | "approved" | "refused" | "withdrawn" | "used" | "expired" }>;
export type ExportTerms = Said["ExportTermsView"];

export const EXPORT_ACT = "export_recordings";

/** The requests that somebody made or may answer, the newest first. */
export const approvalsQuery = queryOptions({ queryKey: ["approvals"], queryFn: ({ signal }) => api.get<Page<ApprovalView>>("/approvals", undefined, signal), retry: false });

/** How many recordings one person exports alone. */
export const termsQuery = queryOptions({ queryKey: ["export-terms"], queryFn: ({ signal }) => api.get<ExportTerms>("/recordings/export", undefined, signal), retry: false });

/** How the export of chosen recordings stands. */
export type ExportStage =
  /** Nobody needs to approve it. */
  | { kind: "alone" }
  /** A second person is to be asked; `last` is what came of asking before, if that was no good. */
  | { kind: "ask"; last: ApprovalView | null }
  /** It was asked for, or approved. */
  | { kind: "waiting" | "approved"; approval: ApprovalView };

/** How an export of exactly these recordings stands: of own requests only, and of the newest that counts. */
export function stageOf(chosen: readonly string[], { alone_max }: ExportTerms, approvals: readonly ApprovalView[]): ExportStage {
  if (chosen.length <= alone_max) return { kind: "alone" };
  const own = approvals.filter(({ mine, export: asked }) => mine && asked != null && isSame(asked.recordings, chosen));
  const approved = own.find(({ state }) => state === "approved");
  if (approved) return { kind: "approved", approval: approved };
  const waiting = own.find(({ state }) => state === "waiting");
  if (waiting) return { kind: "waiting", approval: waiting };
  const last = own[0];
  return { kind: "ask", last: last && (last.state === "refused" || last.state === "expired") ? last : null };
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  const known = new Set(others);
  return some.length === known.size && some.every((one) => known.has(one));
}
