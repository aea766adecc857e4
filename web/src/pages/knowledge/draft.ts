import type { Article } from "~/api/work";

/** The limits of the server. */
export const TITLE_CHARS_MAX = 200;
export const TEXT_CHARS_MAX = 20_000;

/** What is written of an article. */
export type Draft = Pick<Article, "title" | "text" | "standard" | "queues">;

/** Changes that are not saved, and the version they began from; 0 for an article that is not there yet. */
export interface Edit {
  from: number;
  draft: Draft;
}

export const blank: Draft = { title: "", text: "", standard: false, queues: [] };

export const draftOf = ({ title, text, standard, queues }: Draft): Draft => ({ title, text, standard, queues });

/** Whether two drafts say the same; the order of queues says nothing. */
export function same(one: Draft, other: Draft): boolean {
  const queues = ({ queues }: Draft) => [...queues].sort().join("\n");
  return one.title === other.title && one.text === other.text && one.standard === other.standard && queues(one) === queues(other);
}

/** What must still be filled. Who leads only some queues writes for these alone. */
export function missingOf(draft: Draft, leadsAll: boolean): ("title" | "text" | "queues")[] {
  return [...(draft.title.trim() ? [] : ["title" as const]), ...(draft.text.trim() ? [] : ["text" as const]), ...(leadsAll || draft.queues.length > 0 ? [] : ["queues" as const])];
}

/** What happened to the article since the changes to it began. */
export function meanwhile(edit: Edit | null, now: Article | null): "nothing" | "changed" | "gone" {
  if (!edit || edit.from === (now?.version ?? 0)) return "nothing";
  return now ? "changed" : "gone";
}

const ID_BYTES = 8;

/** A name for a new article. `randomUUID` is only there over TLS. */
export function newId(): string {
  return `k-${[...crypto.getRandomValues(new Uint8Array(ID_BYTES))].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
