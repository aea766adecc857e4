import { useState } from "react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Card, Drawer, Input, Popconfirm } from "antd";
import dayjs from "dayjs";
import { useTranslation } from "react-i18next";
import type { Ticket } from "~/api/work";
import { number } from "~/pages/figures";
import { Empty, Moment, ProblemNote, Query, StateTag, useNow, useSending, type Tone } from "~/ui";
import { PromiseField } from "./TicketForm";
import { myTicketsQuery, workActs, type TicketChange } from "./queries";
import { mark, urgency } from "./tickets";
import styles from "./work.module.css";

const marks = { near: "warn", overdue: "bad" } as const;
const tones: Record<Ticket["state"], Tone> = { open: "busy", done: "good", cancelled: "idle" };

/** One's own open tickets, what is late first. */
export function MyTickets() {
  const { t } = useTranslation("work");
  const tickets = useQuery(myTicketsQuery);
  const [open, setOpen] = useState<Ticket | null>(null);
  const now = useNow();
  return (
    <Card size="small" title={t("ticket.mine")}>
      <Query of={tickets} compact>
        {({ items }) => (items.length === 0 ? <Empty title={t("ticket.none")} /> : <TicketList tickets={urgency(items)} now={now} own onOpen={setOpen} />)}
      </Query>
      {open && <TicketDrawer ticket={open} onClose={() => setOpen(null)} />}
    </Card>
  );
}

interface ListProps {
  tickets: Ticket[];
  now: number;
  /** They are all the reader's: whose they are need not be said. */
  own?: boolean;
  onOpen?: (ticket: Ticket) => void;
}

export function TicketList({ tickets, now, own = false, onOpen }: ListProps) {
  const { t } = useTranslation("work");
  return (
    <ul className={styles.tickets}>
      {tickets.map((ticket) => (
        <li key={ticket.ticket}>
          <button type="button" disabled={!onOpen} onClick={() => onOpen?.(ticket)}>
            <span className={styles.ticketHead}>
              <strong>{ticket.subject}</strong>
              <TicketTag ticket={ticket} now={now} />
            </span>
            <span className="soft figures">
              {number(ticket.number)} · {t("ticket.until")} <Moment at={ticket.promised_at} />
              {!own && ticket.agent && ` · ${ticket.agent}`}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function TicketTag({ ticket, now }: { ticket: Ticket; now: number }) {
  const { t } = useTranslation("work");
  const marked = mark(ticket, now);
  if (marked) return <StateTag tone={marks[marked]}>{t(`ticket.${marked}`)}</StateTag>;
  return <StateTag tone={tones[ticket.state]}>{t(`ticket.state.${ticket.state}`)}</StateTag>;
}

export function TicketDrawer({ ticket, onClose }: { ticket: Ticket; onClose: () => void }) {
  const { t } = useTranslation("work");
  const queries = useQueryClient();
  const [text, setText] = useState("");
  const [at, setAt] = useState(() => dayjs(ticket.promised_at));
  const { send, busy, problem } = useSending(async (change: TicketChange) => {
    await workActs.changeTicket(ticket.ticket, change);
    await Promise.all([queries.invalidateQueries({ queryKey: ["tickets"] }), queries.invalidateQueries({ queryKey: ["customer"] })]);
    onClose();
  });
  const said = text.trim() === "" ? {} : { text: text.trim() };
  const now = useNow();
  return (
    <Drawer open title={ticket.subject} onClose={onClose} size={Math.min(420, window.innerWidth)}>
      <ProblemNote of={problem} />
      <dl className={styles.known}>
        <div>
          <dt>{t("customer.field.number")}</dt>
          <dd className="figures">{number(ticket.number)}</dd>
        </div>
        <div>
          <dt>{t("ticket.priority")}</dt>
          <dd>{t(`ticket.${ticket.priority}`)}</dd>
        </div>
        <div>
          <dt>{t("ticket.promised")}</dt>
          <dd>
            <Moment at={ticket.promised_at} full /> <TicketTag ticket={ticket} now={now} />
          </dd>
        </div>
        {ticket.agent && (
          <div>
            <dt>{t("ticket.agent")}</dt>
            <dd>{ticket.agent}</dd>
          </div>
        )}
        <div>
          <dt>{t("ticket.openedAt")}</dt>
          <dd>
            <Moment at={ticket.opened} full />
          </dd>
        </div>
      </dl>
      {ticket.text && <p className={styles.note}>{ticket.text}</p>}
      <ol className={styles.history}>
        {(ticket.changes ?? []).map((change, place) => (
          <li key={place}>
            <div>
              <Moment at={change.at} /> <span className="soft">{change.by}</span> {change.state && <StateTag tone={tones[change.state as Ticket["state"]] ?? "idle"}>{t(`ticket.state.${change.state as "open"}`, { defaultValue: change.state })}</StateTag>}
            </div>
            {change.text && <div className={styles.note}>{change.text}</div>}
          </li>
        ))}
      </ol>
      {ticket.state === "open" && (
        <div className={styles.summary}>
          <Input.TextArea aria-label={t("ticket.progress")} placeholder={t("ticket.progress")} value={text} maxLength={4_000} autoSize={{ minRows: 2, maxRows: 6 }} onChange={({ target }) => setText(target.value)} />
          <span className={styles.label}>{t("ticket.promised")}</span>
          <PromiseField at={at} onChange={(next) => next && setAt(next)} />
          <div className={styles.actions}>
            <Button type="primary" loading={busy} onClick={() => void send({ ...said, state: "done" })}>
              {t("ticket.finish")}
            </Button>
            <Button disabled={busy || (text.trim() === "" && at.isSame(ticket.promised_at, "minute"))} onClick={() => void send({ ...said, promised_at: at.toISOString() })}>
              {t("ticket.keep")}
            </Button>
            <Popconfirm title={t("ticket.cancelSure")} okText={t("ticket.cancel")} onConfirm={() => void send({ ...said, state: "cancelled" })}>
              <Button danger type="text" disabled={busy}>
                {t("ticket.cancel")}
              </Button>
            </Popconfirm>
          </div>
        </div>
      )}
    </Drawer>
  );
}
