import { queryOptions } from "@tanstack/react-query";
import { api } from "./client";

/** Something one is told: of one's own account (SEC-13), or of what one promised (AGT-08). */
export interface AccountNotice {
  notice: string;
  /** `new_device`, `new_place`, `impossible_travel`, … */
  kind: string;
  at: string;
  text: string;
  /** What "not me" is said by. */
  link?: string | null;
  /** The ticket it is about. */
  ticket?: string | null;
  /** The time that was promised there. */
  promised_at?: string | null;
  seen?: boolean;
}

export const noticesQuery = queryOptions({
  queryKey: ["notices"],
  queryFn: ({ signal }) => api.get<{ items: AccountNotice[] }>("/me/notices", undefined, signal),
  retry: false,
});

export const noticeActs = {
  seen: (notice: string) => api.post<void>(`/me/notices/${encodeURIComponent(notice)}/seen`),
  notMe: (link: string) => api.post<void>("/session/not-me", { link: linkOf(link) }),
};

/** The secret of a link that may be a whole address. */
export function linkOf(link: string): string {
  return link.includes("link=") ? (new URLSearchParams(link.slice(link.indexOf("?"))).get("link") ?? link) : link;
}
