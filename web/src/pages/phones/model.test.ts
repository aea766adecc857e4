import { expect, test } from "vitest";
import type { PhoneView } from "~/api/types";
import { matching, phonesOf, standingOf } from "./model";

const now = (phone: string, more: Partial<PhoneView> = {}): PhoneView => ({ phone, registered: false, since: "2026-11-28T01:00:00.000Z", ...more });

test("every phone is there once, in the order of its number, with whose it is", () => {
  const rows = phonesOf([{ name: "alice", endpoints: ["1001", "1001-web"] }, { name: "bob", endpoints: ["999"] }, { name: "carol" }], [now("1001", { registered: true }), now("door", { agent: null })]);
  expect(rows.map(({ phone, agent, now }) => [phone, agent, now !== null])).toEqual([["999", "bob", false], ["1001", "alice", true], ["1001-web", "alice", false], ["door", null, true]]);
});

test("a phone that is locked out is not only refused, and one that is in is neither", () => {
  expect(standingOf(null)).toBe("never");
  expect(standingOf(now("1", { registered: true, refused: "wrong_password", attempts_left: 0 }))).toBe("registered");
  expect(standingOf(now("1", { refused: "wrong_password", attempts_left: 0 }))).toBe("locked_out");
  expect(standingOf(now("1", { refused: "wrong_password", attempts_left: 3 }))).toBe("refused");
  expect(standingOf(now("1"))).toBe("gone");
});

test("phones are found by number, owner, address and make", () => {
  const rows = phonesOf([{ name: "alice", endpoints: ["1001"] }], [now("1002", { address: "192.0.2.7:5060", user_agent: "Yealink T31" })]);
  expect(matching(rows, "ALICE").map(({ phone }) => phone)).toEqual(["1001"]);
  expect(matching(rows, "yealink").map(({ phone }) => phone)).toEqual(["1002"]);
  expect(matching(rows, " ").length).toBe(2);
});
