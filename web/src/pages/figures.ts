// How figures are written. Lengths of time come from ~/ui.

/** `89.8%`; a dash where there is nothing to divide by. */
export function share(permille: number | null | undefined): string {
  return permille == null ? "—" : `${(permille / 10).toFixed(permille % 10 === 0 ? 0 : 1)}%`;
}

/** Thousandths of a whole; none of nothing. */
export function permilleOf(part: number, whole: number): number | null {
  return whole > 0 ? Math.round((part * 1000) / whole) : null;
}

/** `12,345`. */
export function count(value: number): string {
  return value.toLocaleString("en-US");
}

/** `13800138000` as people read it: `138 0013 8000`, `400 123 4567`, `010 6123 4567`. */
export function number(text: string | null | undefined): string {
  if (!text) return "—";
  if (text.startsWith("+86")) {
    const home = text.slice(3);
    // A line of a city bears its zero at home; mobiles and service numbers do not, masked or the beginning of many.
    return number(/^(1[3-9][\d*]{9}|[48]00[\d*]{7}|1[3-9]\d*\*|[48]00\d*\*)$/.test(home) ? home : `0${home}`);
  }
  if (/^1[\d*]{10}$/.test(text)) return `${text.slice(0, 3)} ${text.slice(3, 7)} ${text.slice(7)}`;
  if (/^[48]00[\d*]{7}$/.test(text)) return `${text.slice(0, 3)} ${text.slice(3, 6)} ${text.slice(6)}`;
  const line = /^(010|02\d|0[3-9]\d\d)([\d*]{7,8})$/.exec(text);
  if (line) return `${line[1]} ${line[2]?.slice(0, -4)} ${line[2]?.slice(-4)}`;
  return text;
}

/** `广东 深圳`; a city that is its own province once: `北京市`, not `北京 北京市`. */
export function region(text: string | null | undefined): string {
  const [province = "", city = ""] = (text ?? "").split(" ");
  return city === "" || province === "" ? province || city : city.startsWith(province) ? city : `${province} ${city}`;
}

/** The other end of a call: who was called where we call, else who calls. */
export function customerOf(call: { direction?: string | null; caller?: string | null; called?: string | null }): string | null {
  return (call.direction === "outbound" ? call.called : call.caller) ?? null;
}

/** A figure that may be below nothing: `−22`, with a sign as wide as a digit. */
export function signed(value: number): string {
  return String(value).replace("-", "−");
}

/** How loud: `−22 dBov`. */
export function dbov(value: number): string {
  return `${signed(value)} dBov`;
}
