import type { components } from "./described";

/** What the server says, by the names of its description (docs/openapi.json). */
export type Said = components["schemas"];

/** A schema whose texts are known more narrowly than the description tells: `Narrowed<"UnitView", { kind: "team" }>`. */
export type Narrowed<Name extends keyof Said, Fields extends Partial<Record<keyof Said[Name], unknown>>> = Omit<Said[Name], keyof Fields> & Fields;
