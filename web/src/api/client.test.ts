import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { address, api, connectClient } from "./client";
import { isProblem } from "./problem";

const answer = (status: number, body: unknown, type = "application/json") =>
  vi.spyOn(globalThis, "fetch").mockResolvedValue(new Response(body === null ? null : JSON.stringify(body), { status, headers: { "Content-Type": type } }));

let signedOut = 0;
beforeEach(() => {
  signedOut = 0;
  connectClient({ language: () => "en", onSignedOut: () => void signedOut++ });
});
afterEach(() => vi.restoreAllMocks());

test("a query leaves out what is not given", () => {
  expect(address("/calls", { number: "138", agent: undefined, cursor: null, queue: "", limit: 50 })).toBe("/v1/calls?number=138&limit=50");
});

test("a refusal becomes a problem with code, detail and remedy", async () => {
  answer(409, { code: "config_changed", detail: "somebody was faster", remedy: "load it again" }, "application/problem+json");
  const thrown: unknown = await api.put("/config", {}).catch((problem: unknown) => problem);
  expect(isProblem(thrown, "config_changed")).toBe(true);
  expect(thrown).toMatchObject({ status: 409, detail: "somebody was faster", remedy: "load it again" });
});

test("a page of a proxy instead of JSON is the server's failure", async () => {
  answer(502, "<html>", "text/html");
  await expect(api.get("/me")).rejects.toMatchObject({ code: "server_failed", passing: true });
});

test("the end of a session is told once and thrown", async () => {
  answer(401, { code: "not_signed_in" }, "application/problem+json");
  await expect(api.get("/me")).rejects.toMatchObject({ code: "not_signed_in" });
  expect(signedOut).toBe(1);
});

test("a lost network is a problem like any other", async () => {
  vi.spyOn(globalThis, "fetch").mockRejectedValue(new TypeError("failed to fetch"));
  await expect(api.get("/me")).rejects.toMatchObject({ code: "network_lost", passing: true });
});

test("answers come in the reader's language, and 204 is no body", async () => {
  const fetched = answer(204, null);
  await expect(api.delete("/session")).resolves.toBeUndefined();
  expect((fetched.mock.calls[0]?.[1]?.headers as Record<string, string>)["Accept-Language"]).toBe("en");
});

test("what has begun may be said without a body, and with one", async () => {
  vi.spyOn(globalThis, "fetch").mockResolvedValue(new Response(null, { status: 202 }));
  await expect(api.post("/calls/7/actions", { do: "hold" })).resolves.toBeUndefined();
  answer(202, { call: "c-7" });
  await expect(api.post("/calls", { to: "10086" })).resolves.toEqual({ call: "c-7" });
});

test("what the server does not offer is not asked for", async () => {
  const fetched = answer(200, {});
  connectClient({ language: () => "en", onSignedOut: () => {}, offers: () => ["/v1/me", "/v1/calls/{call}"] });
  await expect(api.get("/calls/7/summary")).rejects.toMatchObject({ status: 404, code: "not_found" });
  expect(fetched).not.toHaveBeenCalled();
  await expect(api.get("/calls/7", { full: true })).resolves.toEqual({});
});
