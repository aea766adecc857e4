import type { Ticket } from "~/api/work";

/** Whether a promise was not kept: as the server says, or as the clock says meanwhile. */
export function isOverdue(ticket: Pick<Ticket, "state" | "overdue" | "promised_at">, now: number): boolean {
  return ticket.state === "open" && (ticket.overdue || Date.parse(ticket.promised_at) < now);
}

/** What a list marks: a promise that is near as the server says, or overdue as the clock says meanwhile. */
export function mark(ticket: Pick<Ticket, "state" | "stage" | "overdue" | "promised_at">, now: number): "near" | "overdue" | null {
  if (isOverdue(ticket, now)) return "overdue";
  return ticket.state === "open" && ticket.stage === "near" ? "near" : null;
}

/** The next promise first. */
export function urgency(tickets: Ticket[]): Ticket[] {
  return [...tickets].sort((a, b) => Date.parse(a.promised_at) - Date.parse(b.promised_at));
}
