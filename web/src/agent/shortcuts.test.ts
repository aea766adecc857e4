import { expect, test } from "vitest";
import { shortcutOf } from "./shortcuts";

const stroke = (code: string, more: object = {}) => ({ altKey: true, ctrlKey: false, metaKey: false, shiftKey: false, code, ...more });

test("a shortcut is a key with Alt alone", () => {
  expect(shortcutOf(stroke("KeyA"))).toBe("answer");
  expect(shortcutOf(stroke("Slash"))).toBe("help");
  expect(shortcutOf(stroke("KeyA", { ctrlKey: true }))).toBeNull();
  expect(shortcutOf(stroke("KeyZ"))).toBeNull();
});
