import { expect, test } from "vitest";
import { may } from "./me";
import type { Me } from "./types";

const me: Me = {
  user: "u1", name: "alice", display_name: "Alice", tenant: "t", company: "Belltower", language: "zh-CN", listener: "desk",
  roles: ["agent"], permissions: { "call.read": "team", "desk.use": "own", "audit.read": "tenant" }, agent: null, version: "0",
};

test("a permission is enough from its scope upwards", () => {
  expect(may(me, { permission: "call.read" })).toBe(true);
  expect(may(me, { permission: "call.read", atLeast: "team" })).toBe(true);
  expect(may(me, { permission: "call.read", atLeast: "tenant" })).toBe(false);
  expect(may(me, { permission: "user.write" })).toBe(false);
});

test("what needs an agent or the administrators' listener is hidden without it", () => {
  expect(may(me, { permission: "desk.use", agent: true })).toBe(false);
  expect(may(me, { permission: "audit.read", admin: true })).toBe(false);
  expect(may({ ...me, listener: "admin" }, { permission: "audit.read", admin: true })).toBe(true);
});
