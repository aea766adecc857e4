import type { RTCSession } from "jssip/lib/RTCSession";
import type { UA } from "jssip/lib/UA";
import { note } from "~/app/log";

// What the telephone of this browser and its connection say, for a support bundle (DIA-19): what happened and why it did, no
// messages, which hold keys and names.

/** Notes how the connection to the registrar and the registration go. */
export function noteAll(ua: UA): void {
  ua.on("connected", () => note("sip connected"));
  ua.on("disconnected", ({ error, code, reason }: { error?: boolean; code?: number; reason?: string }) => note(`sip disconnected${error ? " by an error" : ""} ${code ?? ""} ${reason ?? ""}`.trimEnd()));
  ua.on("registered", ({ response }) => note(`sip registered ${response.status_code}`));
  ua.on("unregistered", () => note("sip unregistered"));
  ua.on("registrationFailed", ({ response, cause }) => note(`sip registration failed ${response?.status_code ?? ""} ${cause ?? ""}`.trimEnd()));
}

/** Notes how a call goes: its setting up, its path, its end. */
export function noteSession(session: RTCSession): void {
  note(`call ${session.id.slice(0, 8)} comes`);
  const say = (what: string) => note(`call ${session.id.slice(0, 8)} ${what}`);
  session.on("accepted", () => say("accepted"));
  session.on("confirmed", () => say("confirmed"));
  session.on("ended", ({ originator, cause }) => say(`ended by ${originator}: ${cause}`));
  session.on("failed", ({ originator, cause }) => say(`failed by ${originator}: ${cause}`));
  session.on("getusermediafailed", (error: unknown) => say(`has no microphone: ${String(error)}`));
  session.on("peerconnection", ({ peerconnection }) => {
    peerconnection.addEventListener("iceconnectionstatechange", () => say(`ice ${peerconnection.iceConnectionState}`));
    peerconnection.addEventListener("icecandidateerror", (event) => say(`ice candidate error ${event.errorCode} ${event.errorText}`));
  });
}
