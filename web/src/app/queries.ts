import { QueryClient } from "@tanstack/react-query";
import { Problem } from "~/api/problem";

const RETRIES_MAX = 2;

/** Asks again only for what a moment may cure; a refusal stays one. */
export function makeQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        retry: (failures, error) => error instanceof Problem && error.passing && failures < RETRIES_MAX,
        retryDelay: (attempt) => Math.min(500 * 2 ** attempt, 4_000),
        refetchOnWindowFocus: true,
      },
    },
  });
}
