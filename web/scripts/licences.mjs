// Writes dist/licences.txt: the licence of every package whose code the browser gets.
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = new URL("../", import.meta.url).pathname;
const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
const PERMITTED = new Set(["MIT", "ISC", "Apache-2.0", "BSD-3-Clause", "BSD-2-Clause", "0BSD", "Unlicense", "CC0-1.0"]);

const shipped = Object.entries(lock.packages).filter(
  ([path, entry]) => path !== "" && !entry.dev && !entry.optional && !entry.peer && existsSync(join(root, path)),
);
const texts = shipped.map(([path]) => {
  const about = JSON.parse(readFileSync(join(root, path, "package.json"), "utf8"));
  const licence = about.license?.type ?? about.license ?? "";
  if (!PERMITTED.has(licence)) throw new Error(`${about.name} has the licence "${licence}", which nobody has agreed to`);
  const file = readdirSync(join(root, path)).find((name) => /^licen[cs]e/i.test(name));
  const text = file ? readFileSync(join(root, path, file), "utf8").trim() : `Licence: ${licence}`;
  return `${about.name} ${about.version} (${licence})\n\n${text}\n`;
});
writeFileSync(join(root, "dist", "licences.txt"), texts.join(`\n${"-".repeat(100)}\n\n`));
console.log(`licences of ${texts.length} packages`);
