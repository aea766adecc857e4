import { expect, test } from "vitest";
import { checkPassword, isPasswordGood } from "./password-rules";

test("each rule is told alone", () => {
  const broken = (password: string) => checkPassword(password).filter(([, kept]) => !kept).map(([rule]) => rule);
  expect(broken("")).toEqual(["length", "upper", "lower", "digit", "special"]);
  expect(broken("bell-tower-7")).toEqual(["upper"]);
  expect(broken("Bell7!")).toEqual(["length"]);
  expect(broken("Belltower钟7")).toEqual(["special"]);
});

test("a password that keeps them all may be sent", () => {
  expect(isPasswordGood("Kupfer-Glocke 7")).toBe(true);
});
