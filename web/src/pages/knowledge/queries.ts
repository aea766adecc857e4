import { queryOptions, useQueryClient } from "@tanstack/react-query";
import { api } from "~/api/client";
import { useNoticesOf } from "~/api/useNoticesOf";
import type { Article, ArticleFound } from "~/api/work";
import { articleQuery } from "~/work/queries";
import type { Draft } from "./draft";

/** How many the server lists at most. */
export const LISTED_MAX = 200;

export const foundQuery = (q: string) =>
  queryOptions({ queryKey: ["knowledge", "written", q], queryFn: ({ signal }) => api.get<{ items: ArticleFound[] }>("/knowledge", { q, limit: LISTED_MAX }, signal), retry: 1 });

/** An article as it is now: what is changed must not be an old one. */
export const writtenQuery = (article: string) => ({ ...articleQuery(article), staleTime: 0 });

const path = (article: string) => `/knowledge/${encodeURIComponent(article)}`;

export const writing = {
  put: (article: string, { title, text, ...rest }: Draft, version: number) => api.put<Article>(path(article), { title: title.trim(), text: text.trim(), ...rest, version }),
  remove: (article: string) => api.delete<void>(path(article)),
};

/** Reads again what somebody else has written. */
export function useOthersWriting(): void {
  const queries = useQueryClient();
  useNoticesOf("knowledge", () => {
    void queries.invalidateQueries({ queryKey: ["knowledge"] });
    void queries.invalidateQueries({ queryKey: ["article"] });
  });
}
