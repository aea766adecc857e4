import { standardFields } from "../../src/api/work.ts";
import { none, ok, refuse, type Route } from "./server.ts";

// The organisation of a made-up centre, and what its units see of a customer.

export const units = [
  { unit: "1", parent: null, kind: "organisation", name: "星光商店" },
  { unit: "2", parent: "1", kind: "team", name: "售前一组" },
  { unit: "3", parent: "1", kind: "department", name: "客户服务部" },
  { unit: "4", parent: "3", kind: "team", name: "售后一组" },
];

const layouts = new Map<string, string[]>([["2", ["number", "region", "carrier", "company", "level", "last_order", "contacts"]]]);

/** A unit's own layout, or that of the nearest unit above it that has one. */
export function layoutOf(unit: string): string[] {
  const parent = units.find((one) => one.unit === unit)?.parent;
  return layouts.get(unit) ?? (parent ? layoutOf(parent) : [...standardFields]);
}

const isCode = (field: unknown) => typeof field === "string" && /^[a-z0-9_]{1,40}$/.test(field);
const notThere = (unit: string) => (units.some((one) => one.unit === unit) ? null : refuse(404, "not_found", "没有找到"));
const invalid = (problem: string, words: string) => refuse(422, "invalid", `fields ${words}`, { fields: [{ field: "fields", problem }] });

export const layoutRoutes: Route[] = [
  ["GET", "/units", () => ok({ units, projects: [] })],
  ["GET", "/units/{unit}/customer-layout", ({ params: { unit = "" } }) => notThere(unit) ?? ok({ fields: layoutOf(unit) })],
  ["PUT", "/units/{unit}/customer-layout", ({ params: { unit = "" }, body }) => {
    const fields = body["fields"] as string[];
    if (fields.length > 50) return invalid("too_many", "过多");
    if (!fields.every(isCode) || new Set(fields).size < fields.length) return invalid("malformed", "格式不正确");
    const gone = notThere(unit);
    if (gone) return gone;
    if (fields.length > 0) layouts.set(unit, fields);
    else layouts.delete(unit);
    return none;
  }],
];
