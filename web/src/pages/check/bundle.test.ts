import { expect, test } from "vitest";
import { bundleOf, masked } from "./bundle";

test("dia_01_a_support_bundle_shows_no_customers_number", () => {
  expect(masked("13800138000 called 4008001234 at 10:20")).toBe("*******8000 called ******1234 at 10:20");
  const bundle = bundleOf({ user: "alice", version: "1", state: { party: "13800138000" }, picture: "data:image/jpeg;base64,13800138000" });
  const read = JSON.parse(bundle) as { state: { party: string }; picture: string };
  expect(read.state.party).toBe("*******8000");
  expect(read.picture).toContain("base64");
});
