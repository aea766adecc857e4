import { expect, test } from "vitest";
import { preferCodec } from "./sdp";

const sdp = "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 8 0 111 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:111 opus/48000/2\r\na=rtpmap:101 telephone-event/8000\r\n";

test("tel_16_the_codec_for_weak_networks_comes_first", () => {
  expect(preferCodec(sdp, "opus")).toContain("m=audio 9 UDP/TLS/RTP/SAVPF 111 8 0 101\r\n");
});

test("an SDP without the codec stays as it is", () => {
  expect(preferCodec(sdp, "G722")).toBe(sdp);
});
