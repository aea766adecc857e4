import { expect, test } from "vitest";
import { decibels, median } from "./check";

test("agt_10_loudness_is_measured_in_decibels_below_full_scale", () => {
  expect(decibels(new Float32Array([1, -1, 1, -1]))).toBe(0);
  expect(decibels(new Float32Array([0.1, -0.1]))).toBe(-20);
  expect(decibels(new Float32Array([0, 0]))).toBe(-100);
});

test("one slow answer does not decide about the network", () => {
  expect(median([10, 900, 12, 11, 13])).toBe(12);
});
