// The parts of a line of TOML, for colours. A line is looked at alone: strings over several lines stay plain.

export type Token = { kind: "plain" | "header" | "key" | "text" | "number" | "comment"; text: string };

const PARTS = /(?<comment>#.*$)|(?<text>"(?:[^"\\]|\\.)*"|'[^']*')|(?<number>\b(?:true|false|\d[\d_.:-]*)\b)/g;

export function tokens(line: string): Token[] {
  if (/^\s*\[[^\]]*\]\s*(#.*)?$/.test(line)) {
    const end = line.indexOf("#");
    return end < 0 ? [{ kind: "header", text: line }] : [{ kind: "header", text: line.slice(0, end) }, { kind: "comment", text: line.slice(end) }];
  }
  const found: Token[] = [];
  const key = /^\s*(?:[\w.-]+|"[^"]*")(?=\s*=)/.exec(line)?.[0] ?? "";
  if (key) found.push({ kind: "key", text: key });
  let at = key.length;
  for (const match of line.slice(key.length).matchAll(PARTS)) {
    const start = key.length + match.index;
    if (start > at) found.push({ kind: "plain", text: line.slice(at, start) });
    const { comment, text } = match.groups ?? {};
    found.push({ kind: comment !== undefined ? "comment" : text !== undefined ? "text" : "number", text: match[0] });
    at = start + match[0].length;
  }
  if (at < line.length) found.push({ kind: "plain", text: line.slice(at) });
  return found;
}
