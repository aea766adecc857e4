import { STEPS, type FirstRun, type FirstStep, type StepName } from "~/api/firstRun";

/** The step that is shown: the one asked for, else the next that is open, else the last. */
export function shown(run: FirstRun, asked: string | undefined): StepName {
  return STEPS.find((step) => step === asked) ?? run.next ?? "test_call";
}

/** The step after this one, in order; none after the last. */
export function after(step: StepName): StepName | undefined {
  return STEPS[STEPS.indexOf(step) + 1];
}

/** How a step stands. */
export function standing(run: FirstRun, step: StepName): FirstStep | undefined {
  return run.steps.find((one) => one.step === step);
}

/** How many steps are done, of how many. */
export function progress(run: FirstRun): { done: number; of: number } {
  return { done: run.steps.filter(({ state }) => state === "done").length, of: run.steps.length };
}

/** Where a test call is. */
export type TestCall =
  | { at: "idle" }
  | { at: "calling" }
  | { at: "greeting" }
  | { at: "talking" }
  | { at: "over"; passed: boolean; cause: string | null };

export type TestEvent = { is: "started" } | { is: "answered" } | { is: "agent_talks" } | { is: "ended"; cause: string | null };

/** What comes of an event. One that belongs to a call that is over changes nothing. */
export function testCall(now: TestCall, event: TestEvent): TestCall {
  switch (event.is) {
    case "started":
      return { at: "calling" };
    case "answered":
      return now.at === "calling" ? { at: "greeting" } : now;
    case "agent_talks":
      return now.at === "greeting" || now.at === "calling" ? { at: "talking" } : now;
    case "ended":
      return now.at === "idle" || now.at === "over" ? now : { at: "over", passed: now.at === "talking", cause: event.cause };
  }
}

/** The name of an agent's account that can be typed: letters and digits of what he is called, else his number. */
export function accountName(displayName: string, agent: string): string {
  const letters = displayName.toLowerCase().replace(/[^a-z0-9]+/g, ".").replace(/^\.+|\.+$/g, "");
  return letters || `agent${agent}`;
}
