import { expect, test } from "vitest";
import type { Customer } from "~/api/work";
import { inserted, piecesOf, unknownPlaces, valuesOf } from "./places";

test("agt_14: places are filled, what is not known stays a place, and other braces are words", () => {
  expect(piecesOf("{name}您好，{agent}为您服务 {A} {}", { name: "张伟" })).toEqual([
    { place: "name", value: "张伟" },
    { words: "您好，" },
    { place: "agent", value: null },
    { words: "为您服务 {A} {}" },
  ]);
  expect(piecesOf("", {})).toEqual([]);
});

test("agt_14: places that not every call has are named once", () => {
  expect(unknownPlaces("{name} {level} {nmae}", "{level} {queue}")).toEqual(["level", "nmae"]);
});

test("a customer's own fields are places; yes and no are not", () => {
  const customer = { name: "张伟", region: { province: "上海", city: "上海" }, carrier: null, fields: { level: "金卡", orders: 3, vip: true, name: "x" } } as unknown as Customer;
  const call = { number: "13800138000", queue: "售前", agent: "陈小雨", centre: "示例公司" };
  expect(valuesOf(customer, call)).toEqual({ level: "金卡", orders: "3", name: "张伟", number: "138 0013 8000", region: "上海", carrier: null, agent: "陈小雨", queue: "售前", centre: "示例公司" });
  expect(valuesOf(undefined, { ...call, number: null })).toMatchObject({ name: undefined, number: null, queue: "售前" });
});

test("a place is put where the cursor stands, in place of what is marked", () => {
  expect(inserted("您好", 0, 0, "name")).toEqual({ text: "{name}您好", at: 6 });
  expect(inserted("您好XX。", 2, 4, "name")).toEqual({ text: "您好{name}。", at: 8 });
});
