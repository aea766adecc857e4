/** Puts a codec first in the audio of an SDP; the SDP as it was if it does not have the codec. */
export function preferCodec(sdp: string, codec: string): string {
  const pattern = new RegExp(`^a=rtpmap:(\\d+) ${codec}/`, "gim");
  const preferred = [...sdp.matchAll(pattern)].map((match) => match[1] ?? "");
  if (preferred.length === 0) return sdp;
  return sdp.replace(/^(m=audio \d+ \S+) (.+)$/m, (_, head: string, list: string) => {
    const all = list.trim().split(" ");
    const first = all.filter((type) => preferred.includes(type));
    return [head, ...first, ...all.filter((type) => !preferred.includes(type))].join(" ");
  });
}
