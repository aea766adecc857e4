import { describe, expect, it } from "vitest";
import { toMono, toWav } from "./wav";

describe("inb_06: what the microphone gave as a file", () => {
  it("is a WAV file of 16 bits in mono", () => {
    const view = new DataView(toWav(new Float32Array([0, 1, -1, 2]), 48_000));
    const word = (at: number) => String.fromCharCode(...[0, 1, 2, 3].map((place) => view.getUint8(at + place)));
    expect([word(0), word(8), word(36)]).toEqual(["RIFF", "WAVE", "data"]);
    expect([view.getUint16(20, true), view.getUint16(22, true), view.getUint32(24, true), view.getUint16(34, true)]).toEqual([1, 1, 48_000, 16]);
    expect([0, 1, 2, 3].map((at) => view.getInt16(44 + at * 2, true))).toEqual([0, 32_767, -32_767, 32_767]);
    expect(view.getUint32(4, true)).toBe(view.byteLength - 8);
  });

  it("mixes channels", () => {
    expect([...toMono([new Float32Array([1, 0]), new Float32Array([0, 0.5])])]).toEqual([0.5, 0.25]);
    expect(toMono([]).length).toBe(0);
  });
});
