import type { Ticket } from "~/api/work";

/** Whether a promise was not kept: as the server says, or as the clock says meanwhile. */
export function isOverdue(ticket: Pick<Ticket, "state" | "overdue" | "promised_at">, now: number): boolean {
  return ticket.state === "open" && (ticket.overdue || Date.parse(ticket.promised_at) < now);
}

/** The next promise first. */
export function urgency(tickets: Ticket[]): Ticket[] {
  return [...tickets].sort((a, b) => Date.parse(a.promised_at) - Date.parse(b.promised_at));
}
