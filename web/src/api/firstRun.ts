import { queryOptions } from "@tanstack/react-query";
import { api } from "./client";
import type { Narrowed, Said } from "./said";

export const STEPS = ["company", "trunk", "number", "agent", "test_call"] as const;
export type StepName = (typeof STEPS)[number];
export type StepState = "done" | "open" | "skipped";
export type Lack = "name" | "trunk" | "number" | "browser_phone" | "queue" | "account" | "test_call";

export type FirstStep = Narrowed<"FirstRunStepView", { step: StepName; state: StepState; lacks: Lack[] }>;
export type FirstRun = Narrowed<"FirstRunView", { steps: FirstStep[]; next?: StepName | null }>;
export type Advice = Narrowed<"FirstAdviceView", { level: "ok" | "warning" | "failed" }>;
export type Arrivals = Narrowed<"ArrivalsView", { advice: Advice }>;
export type TestPhone = Said["TestPhoneView"];
export type Company = Said["CompanySent"];
export type TrunkSent = Said["FirstTrunkSent"];
export type NumberSent = Said["FirstNumberSent"];
export type AgentSent = Said["FirstAgentSent"];

/** What each step that is one version of the configuration sends. */
export interface Forms {
  company: Company;
  trunk: TrunkSent;
  number: NumberSent;
  agent: AgentSent;
}

export const firstRunQuery = queryOptions({
  queryKey: ["first-run"],
  queryFn: ({ signal }) => api.get<FirstRun>("/first-run", undefined, signal),
  retry: false,
});


/** A step asks the carrier's name service, and has prompts spoken. */
const timeoutMs = 60_000;

export const firstRun = {
  put: <Step extends keyof Forms>(step: Step, form: Forms[Step], version: number) => api.put<FirstRun>(`/first-run/${step}`, form, { query: { base_version: version }, timeoutMs }),
  skip: (step: StepName, skipped: boolean) => api.post<FirstRun>(`/first-run/${step}/skip`, { skipped }),
  close: (closed: boolean) => api.post<FirstRun>("/first-run/close", { closed }),
  ask: (trunk: TrunkSent) => api.post<Advice>("/first-run/trunk/check", trunk, { timeoutMs }),
  testCall: () => api.post<TestPhone>("/first-run/test-call", {}),
  passed: () => api.post<FirstRun>("/first-run/test-call/passed", {}),
  arrivals: (since: string, signal: AbortSignal) => api.get<Arrivals>("/first-run/arrivals", { since }, signal),
};
