import type { ArticleFound } from "~/api/work";

/** Standard answers first; among each the order in which they were found. */
export function standardFirst(found: ArticleFound[]): ArticleFound[] {
  return [...found.filter(({ standard }) => standard), ...found.filter(({ standard }) => !standard)];
}
