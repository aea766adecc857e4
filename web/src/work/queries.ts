import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api } from "~/api/client";
import { orNone } from "~/api/problem";
import type { Page } from "~/api/types";
import type { Article, ArticleFound, Customer, CustomerChange, Dispositions, Script, Summary, SummaryText, Ticket } from "~/api/work";

const call = (id: string) => `/calls/${encodeURIComponent(id)}`;
const customer = (number: string) => `/customers/${encodeURIComponent(number)}`;
const MINUTES = 60_000;

/** What a summary of a queue's calls is made of; none if nothing was set up for it. */
export const dispositionsQuery = (queue: string | null | undefined) =>
  queryOptions({
    queryKey: ["dispositions", queue ?? ""],
    queryFn: ({ signal }) => orNone(api.get<Dispositions>("/dispositions", { queue }, signal)),
    staleTime: 5 * MINUTES,
  });

/** A call's summary; none where none was begun. */
export const summaryQuery = (id: string) =>
  queryOptions({ queryKey: ["summary", id], queryFn: ({ signal }) => orNone(api.get<Summary>(`${call(id)}/summary`, undefined, signal)) });

export const customerQuery = (number: string) =>
  queryOptions({ queryKey: ["customer", number], queryFn: ({ signal }) => api.get<Customer>(customer(number), undefined, signal), staleTime: MINUTES, retry: 1 });

export const changesQuery = (number: string) =>
  queryOptions({ queryKey: ["customer", number, "changes"], queryFn: ({ signal }) => api.get<{ items: CustomerChange[] }>(`${customer(number)}/changes`, undefined, signal) });

export const scriptsQuery = (queue: string | null | undefined, kind: string) =>
  queryOptions({ queryKey: ["scripts", queue ?? "", kind], queryFn: ({ signal }) => api.get<{ phases: Script[] }>("/scripts", { queue, class: kind }, signal), staleTime: 5 * MINUTES });

export const knowledgeQuery = (q: string) =>
  queryOptions({ queryKey: ["knowledge", q], queryFn: ({ signal }) => api.get<{ items: ArticleFound[] }>("/knowledge", { q }, signal), staleTime: MINUTES });

export const articleQuery = (article: string) =>
  queryOptions({ queryKey: ["article", article], queryFn: ({ signal }) => api.get<Article>(`/knowledge/${encodeURIComponent(article)}`, undefined, signal), staleTime: MINUTES });

export const myTicketsQuery = queryOptions({ queryKey: ["tickets", "mine"], queryFn: ({ signal }) => api.get<Page<Ticket>>("/tickets", { mine: true, state: "open" }, signal) });

/** Open tickets that one may see, the next promise first; only those whose promise was broken, if that is asked. */
export const ticketsQuery = (overdue: boolean) =>
  infiniteQueryOptions({
    queryKey: ["tickets", "all", overdue],
    queryFn: ({ signal, pageParam }) => api.get<Page<Ticket>>("/tickets", { state: "open", overdue: overdue || undefined, limit: 50, cursor: pageParam || undefined }, signal),
    initialPageParam: "",
    getNextPageParam: ({ next }) => next ?? null,
  });

export const ticketQuery = (ticket: string) =>
  queryOptions({ queryKey: ["tickets", "one", ticket], queryFn: ({ signal }) => api.get<Ticket>(`/tickets/${encodeURIComponent(ticket)}`, undefined, signal), retry: false });

export interface NewTicket {
  call?: string;
  number: string;
  subject: string;
  text: string;
  priority: Ticket["priority"];
  promised_at: string;
}

export type TicketChange = Partial<Pick<Ticket, "state" | "text" | "promised_at">>;

export const workActs = {
  save: (id: string, text: SummaryText) => api.put<Summary>(`${call(id)}/summary`, text),
  use: (id: string, article: string) => api.post<void>(`${call(id)}/articles`, { article }),
  openTicket: (ticket: NewTicket, idempotencyKey: string) => api.post<Ticket>("/tickets", ticket, { idempotencyKey }),
  changeTicket: (ticket: string, change: TicketChange) => api.patch<Ticket>(`/tickets/${encodeURIComponent(ticket)}`, change),
};
