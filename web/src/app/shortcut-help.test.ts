import { expect, test } from "vitest";
import { asksForShortcuts } from "./shortcut-help";

const stroke = (key: string, target: EventTarget | null, more = {}) => ({ key, ctrlKey: false, altKey: false, metaKey: false, target, ...more });

test("a question mark asks for the shortcuts, but not while somebody writes", () => {
  expect(asksForShortcuts(stroke("?", document.body))).toBe(true);
  for (const field of ["input", "textarea", "select"]) expect(asksForShortcuts(stroke("?", document.createElement(field))), field).toBe(false);
  expect(asksForShortcuts(stroke("/", document.body))).toBe(false);
  expect(asksForShortcuts(stroke("?", document.body, { ctrlKey: true }))).toBe(false);
});
