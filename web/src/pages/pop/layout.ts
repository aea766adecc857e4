import { parse } from "smol-toml";
import type { Unit } from "~/api/people";
import { type Customer, standardFields } from "~/api/work";

/** The most fields of a layout, and the longest code of a field, as the server takes them. */
export const FIELDS_MAX = 50;
export const CODE_CHARS_MAX = 40;

/** Fields that many centres keep, beside those that are always known. */
const USUAL = [...standardFields, "company", "level", "address", "last_order", "purchases", "services"];

/** What is not saved, and what it began from. Without fields, a unit follows the one above it. */
export interface Edit {
  from: string[];
  fields: string[];
}

export const same = (one: readonly string[], other: readonly string[]): boolean => one.length === other.length && one.every((field, place) => field === other[place]);

/** The fields with one of them at another place; as they are where there is no such place. */
export function moved(fields: string[], from: number, to: number): string[] {
  const field = fields[from];
  if (field === undefined || to < 0 || to >= fields.length) return fields;
  const rest = fields.filter((_, place) => place !== from);
  return [...rest.slice(0, to), field, ...rest.slice(to)];
}

/** Why a field cannot be added. */
export type Wrong = "characters" | "long" | "twice" | "always" | "full";

export function wrongWith(code: string, fields: string[]): Wrong | null {
  if (/[^a-z0-9_]/.test(code)) return "characters";
  if (code.length > CODE_CHARS_MAX) return "long";
  if (code === "name") return "always";
  if (fields.includes(code)) return "twice";
  return fields.length >= FIELDS_MAX ? "full" : null;
}

/** What can be chosen with one click: usual fields, and those of the system of customers. */
export const choicesOf = (fields: string[], crm: string[]): string[] => [...new Set([...USUAL, ...crm])].filter((field) => !fields.includes(field) && field !== "name");

/** The fields that the system of customers fills in, as the configuration names them; none if it cannot be read. */
export function crmFieldsOf(config: string): string[] {
  try {
    const { crm } = parse(config) as { crm?: { fields?: unknown } };
    return typeof crm?.fields === "object" ? Object.keys(crm.fields ?? {}) : [];
  } catch {
    return [];
  }
}

/** Where a layout that is in force seems to come from: the server says what it is, not whose. */
export type Standing = "usual" | "above" | "own";

export function standingOf(now: string[], above: string[] | null): Standing {
  if (above) return same(now, above) ? "above" : "own";
  return same(now, standardFields) ? "usual" : "own";
}

/** A unit with all it belongs to, from the top. */
export interface UnitPath {
  unit: Unit;
  path: Unit[];
}

/** Units below what they belong to. One whose parent is not there, or that is its own, stands by itself. */
export function pathsOf(units: Unit[]): UnitPath[] {
  const known = new Map(units.map((unit) => [unit.unit, unit]));
  const pathOf = (unit: Unit): Unit[] => {
    const path = [unit];
    for (let up = known.get(unit.parent ?? ""); up && !path.includes(up); up = known.get(up.parent ?? "")) path.unshift(up);
    return path;
  };
  const below = (parent: string | null): UnitPath[] =>
    units.filter((unit) => (known.has(unit.parent ?? "") && unit.parent !== unit.unit ? unit.parent : null) === parent).flatMap((unit) => [{ unit, path: pathOf(unit) }, ...below(unit.unit)]);
  return below(null);
}

/** Words for the sample customer. */
export interface SampleWords {
  name: string;
  province: string;
  city: string;
  carrier: string;
  colleague: string;
  relation: string;
  /** By field; `other` for those of the centre. */
  values: Record<string, string>;
}

/** A customer of whom every field of a layout is known. */
export function sampleOf(layout: string[], { name, province, city, carrier, colleague, relation, values }: SampleWords): Customer {
  return {
    number: "13800138000",
    region: { province, city },
    carrier,
    class: "vip",
    lists: [],
    name,
    contacts: [{ name: colleague, number: "13900139000", relation }],
    fields: Object.fromEntries(layout.map((field) => [field, values[field] ?? values["other"] ?? ""])),
    layout,
    history: [],
    tickets: [],
  };
}
