import { expect, test } from "vitest";
import { lists, offeredBy } from "./offers";

const offered = offeredBy(["/v1/me", "/v1/calls", "/v1/calls.csv", "/v1/calls/{call}", "/v1/calls/{call}/story"]);

test("what a server lists is offered, with anything in place of its names", () => {
  for (const path of ["/v1/me", "/v1/calls", "/v1/calls/c-7%2F1", "/v1/calls/c-7/story"]) expect(offered(path), path).toBe(true);
});

test("nothing else is, however alike", () => {
  for (const path of ["/v1", "/v1/me/desk", "/v1/callsXcsv", "/v1/calls/", "/v1/calls/c-7/summary", "/v1/calls/c-7/story/x"]) expect(offered(path), path).toBe(false);
});

test("a path is listed whatever its places are called", () => {
  expect(lists(["/v1/calls/{call}"], "/v1/calls/{id}")).toBe(true);
  expect(lists(["/v1/calls/{call}"], "/v1/calls")).toBe(false);
});
