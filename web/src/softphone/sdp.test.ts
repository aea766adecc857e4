import { expect, test } from "vitest";
import { codecsFor, preferCodecs } from "./sdp";

const sdp =
  "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 8 0 111 63 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:111 opus/48000/2\r\na=rtpmap:63 red/48000/2\r\na=rtpmap:101 telephone-event/8000\r\n";

test("tel_16_the_codec_for_weak_networks_comes_first", () => {
  expect(preferCodecs(sdp, codecsFor(false, true))).toContain("m=audio 9 UDP/TLS/RTP/SAVPF 63 111 8 0 101\r\n");
});

test("tel_15_with_little_bandwidth_nothing_is_said_twice", () => {
  expect(preferCodecs(sdp, codecsFor(true, true))).toContain("m=audio 9 UDP/TLS/RTP/SAVPF 111 8 0 63 101\r\n");
});

test("an SDP without the codec stays as it is", () => {
  expect(preferCodecs(sdp, ["G722"])).toBe(sdp);
  expect(preferCodecs(sdp, codecsFor(false, false))).toBe(sdp);
});
