import { expect, test } from "vitest";
import type { DeskCall } from "~/api/types";
import { actsOf, pendingOf, stanceOf } from "./stance";

const call = (stage: string) => ({ call: "c1", direction: "inbound", caller: "138", called: "400", stage, since: "", started: "" }) as DeskCall;

test("agt_03_what_goes_on_comes_before_what_was_asked_for", () => {
  expect(stanceOf({ presence: "break", activity: "talking", calls: [call("talk")] })).toBe("talking");
  expect(stanceOf({ presence: "available", activity: "talking", calls: [call("hold")] })).toBe("hold");
  expect(stanceOf({ presence: "available", activity: "unreachable", calls: [] })).toBe("unreachable");
  expect(stanceOf({ presence: "signed_out", activity: "unreachable", calls: [] })).toBe("signed_out");
});

test("a break that was asked for in a call is told as what comes after it", () => {
  expect(pendingOf({ presence: "break", activity: "talking" })).toBe("break");
  expect(pendingOf({ presence: "break", activity: "idle" })).toBeNull();
  expect(pendingOf({ presence: "available", activity: "wrap_up" })).toBeNull();
});

test("only what can be done with a call in its stage is offered", () => {
  expect(actsOf(call("talk"))).toMatchObject({ hold: true, resume: false, transfer: true, consulting: false });
  expect(actsOf(call("hold"))).toMatchObject({ hold: false, resume: true });
  expect(actsOf(call("consult"))).toMatchObject({ transfer: false, consulting: true });
});
