import { expect, test } from "vitest";
import { customerOf, number, permilleOf, region, share, signed } from "./figures";

test("shares are exact to a tenth, and nothing has none", () => {
  expect([898, 900, 1000, 0, null, undefined].map(share)).toEqual(["89.8%", "90%", "100%", "0%", "—", "—"]);
  expect([permilleOf(1, 3), permilleOf(0, 0)]).toEqual([333, null]);
});

test("numbers are grouped as people say them, masked ones too", () => {
  const read = ["13800138000", "138****8000", "4008001234", "01061234567", "05718765432", "95588", "+14155550100", "", null];
  expect(read.map(number)).toEqual(["138 0013 8000", "138 **** 8000", "400 800 1234", "010 6123 4567", "0571 876 5432", "95588", "+14155550100", "—", "—"]);
});

test("numbers of this country are read without its code, and a municipality is named once", () => {
  expect(["+8613800138000", "+864008001234", "+861065528888", "+8675512345678"].map(number)).toEqual(["138 0013 8000", "400 800 1234", "010 6552 8888", "0755 1234 5678"]);
  expect(["+86138****8000", "+86170*", "+86755*"].map(number)).toEqual(["138 **** 8000", "170*", "0755*"]);
  expect(["北京 北京市", "广东 深圳", "上海", "", null].map(region)).toEqual(["北京市", "广东 深圳", "上海", "", ""]);
});

test("the customer is who calls, and who is called where we call", () => {
  const ends = { caller: "4008001234", called: "13800138000" };
  expect([customerOf({ direction: "outbound", ...ends }), customerOf({ direction: "inbound", ...ends }), customerOf({})]).toEqual(["13800138000", "4008001234", null]);
});

test("what is below nothing has a sign as wide as a digit", () => {
  expect([-22, 0, 4.5].map(signed)).toEqual(["−22", "0", "4.5"]);
});
