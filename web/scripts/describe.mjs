// Makes the types of what the server says, src/api/described.ts, of docs/openapi.json. With --check it only says whether they
// are those of the description as it is.
import { readFileSync, writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";

const HEAD = "// Made of docs/openapi.json by `npm run describe`; not changed by hand.\n\n";

const description = JSON.parse(readFileSync(new URL("../../docs/openapi.json", import.meta.url), "utf8"));
// The console asks by its own words; of the description it uses what is said.
const schemas = astToString(await openapiTS({ ...description, paths: {} }, { alphabetize: true, exportType: false }));
const made = HEAD + schemas.slice(schemas.indexOf("export interface components"), schemas.indexOf("export type $defs"));

const file = new URL("../src/api/described.ts", import.meta.url);
if (!process.argv.includes("--check")) writeFileSync(file, made);
else if (readFileSync(file, "utf8") !== made) {
  console.error("docs/openapi.json is another one than src/api/described.ts was made of: npm --prefix web run describe");
  process.exit(1);
}
