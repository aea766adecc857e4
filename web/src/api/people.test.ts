import { expect, test } from "vitest";
import { actsOf, permissionsOf, type Person, type Role } from "./people";

const person: Person = { user: "u", name: "n", display_name: "N", unit: "1", projects: [], roles: [], second_factor: false, state: "active" };

test("sec_12: only what makes sense can be done to an account", () => {
  expect(actsOf(person)).toEqual(["reset-password", "disable"]);
  expect(actsOf({ ...person, state: "locked", second_factor: true })).toEqual(["unlock", "reset-password", "reset-second-factor", "disable"]);
  expect(actsOf({ ...person, state: "disabled" })).toEqual(["enable"]);
});

test("sec_05: the matrix has each permission once", () => {
  const items: Role[] = [{ role: "a", permissions: { "call.read": "own" } }, { role: "b", permissions: { "call.read": "team", "audit.read": "tenant" } }];
  expect(permissionsOf({ items }).map(({ code }) => code)).toEqual(["audit.read", "call.read"]);
});
