// Where things stand in a TOML text, and how values are written: enough to change one field of a flow and leave every
// other character, comments included, as its author wrote it. What the text means is smol-toml's to say.

/** A value as smol-toml reads it, as far as flows use them. */
export type Value = string | number | boolean | Value[] | { [key: string]: Value };

/** One statement of a text: a table's header, or a key with its value. Ends behind its line. */
export type Statement = {
  what: "header" | "pair";
  path: string[];
  start: number;
  end: number;
};

/** The statements in their order. What is broken is skipped to the end of its line. */
export function statements(text: string): Statement[] {
  const found: Statement[] = [];
  let at = 0;
  while (at < text.length) {
    const start = at;
    at = skipBlank(text, at);
    if (at >= text.length) break;
    const char = text[at];
    if (char === "#" || char === "\n") {
      at = lineEnd(text, at);
      continue;
    }
    const header = char === "[";
    const keyFrom = header ? at + (text[at + 1] === "[" ? 2 : 1) : at;
    const key = readKey(text, keyFrom);
    if (!header) at = valueEnd(text, key.end);
    else at = key.end;
    at = lineEnd(text, at);
    if (key.path.length > 0) found.push({ what: header ? "header" : "pair", path: key.path, start, end: at });
  }
  return found;
}

/** Where the statement's line stands, counted from 1. */
export function lineOf(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at >= 0 && at < offset; at = text.indexOf("\n", at + 1)) line += 1;
  return line;
}

/** A key or a table's name as TOML wants it: bare where it may be. */
export function writeKey(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : writeText(key);
}

/** A value on one line; lists of tables get a line for each. */
export function writeValue(value: Value): string {
  if (typeof value === "string") return writeText(value);
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) {
    const items = value.map(writeValue);
    const long = value.some((item) => typeof item === "object") && value.length > 1;
    return long ? `[\n${items.map((item) => `  ${item},\n`).join("")}]` : `[${items.join(", ")}]`;
  }
  const pairs = Object.entries(value).map(([key, item]) => `${writeKey(key)} = ${writeValue(item)}`);
  return pairs.length === 0 ? "{}" : `{ ${pairs.join(", ")} }`;
}

function writeText(text: string): string {
  const escaped = text.replace(/[\\"]/g, "\\$&").replace(/\n/g, "\\n").replace(/\t/g, "\\t").replace(/\r/g, "\\r");
  // eslint-disable-next-line no-control-regex -- TOML forbids them unescaped.
  return `"${escaped.replace(/[\u0000-\u001f\u007f]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`)}"`;
}

function skipBlank(text: string, from: number): number {
  let at = from;
  while (text[at] === " " || text[at] === "\t" || text[at] === "\r") at += 1;
  return at;
}

/** Behind the line break at or after this place. */
function lineEnd(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end + 1;
}

/** `nodes.office-hours."2026"` as parts. */
function readKey(text: string, from: number): { path: string[]; end: number } {
  const path: string[] = [];
  let at = from;
  for (;;) {
    at = skipBlank(text, at);
    const quote = text[at];
    if (quote === '"' || quote === "'") {
      const end = stringEnd(text, at);
      path.push(unquote(text.slice(at, end)));
      at = end;
    } else {
      const bare = /^[^\s.=\]"'#[{},]+/u.exec(text.slice(at, at + 256));
      if (!bare) return { path, end: at };
      path.push(bare[0]);
      at += bare[0].length;
    }
    at = skipBlank(text, at);
    if (text[at] !== ".") return { path, end: at };
    at += 1;
  }
}

function unquote(quoted: string): string {
  const inner = quoted.slice(1, -1);
  return quoted.startsWith("'") ? inner : inner.replace(/\\(["\\])/g, "$1");
}

/** Behind the string that begins here. */
function stringEnd(text: string, from: number): number {
  const quote = text[from] ?? "";
  const triple = quote.repeat(3);
  if (text.startsWith(triple, from)) {
    for (let at = from + 3; at < text.length; at += 1) {
      if (text[at] === "\\" && quote === '"') at += 1;
      else if (text.startsWith(triple, at)) {
        // Up to two quotes may stand before the closing three.
        let end = at + 3;
        while (text[end] === quote && end < at + 5) end += 1;
        return end;
      }
    }
    return text.length;
  }
  for (let at = from + 1; at < text.length; at += 1) {
    if (text[at] === "\\" && quote === '"') at += 1;
    else if (text[at] === quote) return at + 1;
    else if (text[at] === "\n") return at;
  }
  return text.length;
}

/** Behind the value that follows the `=` here, brackets balanced. */
function valueEnd(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    const char = text[at];
    if (char === '"' || char === "'") at = stringEnd(text, at) - 1;
    else if (char === "#") {
      const end = text.indexOf("\n", at);
      if (end < 0) return text.length;
      at = end - 1;
    }
    else if (char === "[" || char === "{") depth += 1;
    else if (char === "]" || char === "}") depth -= 1;
    else if (char === "\n" && depth <= 0) return at;
  }
  return text.length;
}
