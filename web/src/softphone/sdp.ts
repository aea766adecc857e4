/** Puts codecs first in the audio of an SDP, in this order; the SDP as it was if it has none of them. */
export function preferCodecs(sdp: string, codecs: string[]): string {
  const typesOf = (codec: string) => [...sdp.matchAll(new RegExp(`^a=rtpmap:(\\d+) ${codec}/`, "gim"))].map((match) => match[1] ?? "");
  const preferred = codecs.flatMap(typesOf);
  if (preferred.length === 0) return sdp;
  return sdp.replace(/^(m=audio \d+ \S+) (.+)$/m, (_, head: string, list: string) => {
    const all = list.trim().split(" ");
    const first = preferred.filter((type) => all.includes(type));
    return [head, ...first, ...all.filter((type) => !first.includes(type))].join(" ");
  });
}

/** What to ask for: on a weak network everything is said twice (RFC 2198), with little bandwidth once. None: as the server likes. */
export function codecsFor(lowBandwidth: boolean, isWeak: boolean): string[] {
  if (lowBandwidth) return ["opus"];
  return isWeak ? ["red", "opus"] : [];
}
