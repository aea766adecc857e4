import { expect, test } from "vitest";
import { toBytes, toText } from "./webauthn";

test("sec_09_a_passkeys_bytes_are_base64url_both_ways", () => {
  const bytes = new Uint8Array([251, 255, 0, 62]);
  expect(toText(bytes.buffer)).toBe("-_8APg");
  expect(toBytes("-_8APg")).toEqual(bytes);
});
