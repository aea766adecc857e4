// What a browser loads first, what surrounds the pages of those who are signed in, and what each page adds, compressed. Fails
// above the limits.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const INITIAL_BYTES_MAX = 300 * 1024;
const ROUTE_BYTES_MAX = 200 * 1024;

const dist = new URL("../dist/", import.meta.url).pathname;
const assets = readdirSync(join(dist, "assets")).filter((name) => /\.(js|css)$/.test(name));
const source = new Map(assets.map((name) => [name, readFileSync(join(dist, "assets", name), "utf8")]));
const bytes = (name) => gzipSync(source.get(name), { level: 9 }).length;
const weigh = (names) => [...names].reduce((sum, name) => sum + bytes(name), 0);

// Chunks that a chunk needs before it runs. Static imports are `from"./x.js"` or `import"./x.js"`; `import("./x.js")` loads later.
function needs(name, found = new Set()) {
  if (found.has(name) || !source.has(name)) return found;
  found.add(name);
  for (const [, next] of source.get(name).matchAll(/(?:from|import)\s*["']\.\/([^"']+)["']/g)) needs(next, found);
  return found;
}

const html = readFileSync(join(dist, "index.html"), "utf8");
const initial = new Set();
for (const [, name] of html.matchAll(/(?:src|href)="\/assets\/([^"]+)"/g)) needs(name, initial);

const lazy = new Set();
for (const name of initial) {
  for (const [, next] of source.get(name).matchAll(/import\(\s*["'`]\.\/([^"'`]+)["'`]\s*\)/g)) lazy.add(next);
}
const shell = [...lazy].find((name) => name.startsWith("Shell-"));
const around = needs(shell, new Set(initial));
const added = (name, to) => weigh([...needs(name)].filter((part) => !to.has(part)));
const routes = [...lazy]
  .filter((name) => name !== shell)
  .map((name) => [name, added(name, around)])
  .sort((a, b) => b[1] - a[1]);

const kib = (count) => `${(count / 1024).toFixed(1)} KiB`;
console.log(`initial ${kib(weigh(initial))} of ${kib(INITIAL_BYTES_MAX)}`);
console.log(`  + ${shell} ${kib(added(shell, initial))}, and with it`);
for (const [name, size] of routes.slice(0, 8)) console.log(`  + ${name} ${kib(size)}`);

const heavy = routes.filter(([, size]) => size > ROUTE_BYTES_MAX);
if (weigh(initial) > INITIAL_BYTES_MAX || heavy.length > 0) {
  console.error(`too large: at most ${kib(INITIAL_BYTES_MAX)} at first and ${kib(ROUTE_BYTES_MAX)} for a page`);
  process.exit(1);
}
