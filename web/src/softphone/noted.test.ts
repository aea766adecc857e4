import { EventEmitter } from "node:events";
import type { RTCSession } from "jssip/lib/RTCSession";
import type { UA } from "jssip/lib/UA";
import { expect, test } from "vitest";
import { noted } from "~/app/log";
import { bundleOf } from "~/pages/check/bundle";
import { noteAll, noteSession } from "./noted";

test("dia_19_what_the_browsers_phone_and_its_connection_said_stands_in_the_bundle_masked_and_bounded", () => {
  const ua = new EventEmitter();
  noteAll(ua as unknown as UA);
  ua.emit("disconnected", { error: true, code: 1006, reason: "" });
  ua.emit("registrationFailed", { response: { status_code: 403 }, cause: "Rejected" });
  const session = Object.assign(new EventEmitter(), { id: "abcdefgh-rest" });
  noteSession(session as unknown as RTCSession);
  const peerconnection = Object.assign(new EventTarget(), { iceConnectionState: "failed" });
  session.emit("peerconnection", { peerconnection });
  peerconnection.dispatchEvent(new Event("iceconnectionstatechange"));
  session.emit("failed", { originator: "remote", cause: "Unavailable sip:13800138000@carrier.example" });
  const said = noted().map(({ what }) => what);
  expect(said).toEqual(expect.arrayContaining(["sip disconnected by an error 1006", "sip registration failed 403 Rejected", "call abcdefgh comes", "call abcdefgh ice failed"]));
  const bundle = bundleOf({ user: "alice", version: "1", state: {} });
  expect(bundle).toContain("failed by remote: Unavailable sip:*******8000@carrier.example");
  expect(bundle).not.toContain("13800138000");
  for (let place = 0; place < 1_000; place += 1) ua.emit("connected");
  expect(noted().length).toBeLessThanOrEqual(300);
});
