import type { Customer } from "~/api/work";
import { number, region } from "~/pages/figures";

/** What can be filled into lines in every call; a customer's own fields can be, too. */
export const PLACES = ["name", "number", "region", "carrier", "agent", "queue", "centre"] as const;
export type Values = Record<string, string | null | undefined>;

/** A piece of a line: words, or a place with what stands in it; null where nothing is known for it. */
export type Piece = { words: string } | { place: string; value: string | null };

// The codes of fields, as the server takes them. Other braces are words.
const PLACE = /\{([a-z0-9_]{1,40})\}/;

/** Takes a line apart. Splitting by one group gives words and places by turns. */
export function piecesOf(line: string, values: Values): Piece[] {
  return line
    .split(PLACE)
    .map((text, turn): Piece => (turn % 2 === 0 ? { words: text } : { place: text, value: values[text] || null }))
    .filter((piece) => !("words" in piece) || piece.words !== "");
}

/** The places of a text that are filled only for customers who have a field of this name; each once. */
export function unknownPlaces(...texts: string[]): string[] {
  const all = texts.flatMap((text) => piecesOf(text, {})).flatMap((piece) => ("place" in piece ? [piece.place] : []));
  return [...new Set(all)].filter((place) => !(PLACES as readonly string[]).includes(place));
}

/** What is known in a call. A customer's own field does not hide one that every call has. */
export function valuesOf(customer: Customer | undefined, call: { number: string | null; queue?: string | null; agent: string; centre: string }): Values {
  const own = Object.entries(customer?.fields ?? {}).flatMap(([field, value]) => (typeof value === "string" || typeof value === "number" ? [[field, String(value)]] : []));
  return {
    ...(Object.fromEntries(own) as Values),
    name: customer?.name,
    number: call.number && number(call.number),
    region: customer?.region && region(`${customer.region.province} ${customer.region.city}`),
    carrier: customer?.carrier,
    agent: call.agent,
    queue: call.queue,
    centre: call.centre,
  };
}

/** A text with a place put where the cursor stands, and where it stands then. */
export function inserted(text: string, from: number, to: number, place: string): { text: string; at: number } {
  const put = `{${place}}`;
  return { text: text.slice(0, from) + put + text.slice(to), at: from + put.length };
}
