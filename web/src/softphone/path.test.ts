import { expect, test } from "vitest";
import { actOn, PATH_MS_MAX, PATH_PATIENCE_MS, RESTARTS_MAX } from "./path";

test("TEL-12: a call that never had a way for its audio fails by name after 10 s", () => {
  expect(actOn("connecting", PATH_MS_MAX - 1, false, 0)).toBe("nothing");
  expect(actOn("connecting", PATH_MS_MAX, false, 0)).toBe("give_up");
  expect(actOn("failed", 0, false, 0)).toBe("give_up");
});

test("TEL-12: a call that has lost its way looks for another, and not for ever", () => {
  expect(actOn("disconnected", PATH_PATIENCE_MS - 1, true, 0)).toBe("nothing");
  expect(actOn("disconnected", PATH_PATIENCE_MS, true, 0)).toBe("restart");
  expect(actOn("failed", 0, true, 0)).toBe("restart");
  expect(actOn("connecting", PATH_MS_MAX, true, 1)).toBe("nothing");
  expect(actOn("failed", 0, true, RESTARTS_MAX)).toBe("give_up");
  expect(actOn("connected", PATH_MS_MAX, true, 0)).toBe("nothing");
});
