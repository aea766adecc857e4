import { useMemo, useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Input, Radio, Segmented } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useTranslation } from "react-i18next";
import { priorities, type Priority, type Ticket } from "~/api/work";
import { ProblemNote, useSending } from "~/ui";
import { forField, fromField, promisedAt, promises } from "./promise";
import { workActs } from "./queries";
import { Row } from "./SummaryForm";
import styles from "./work.module.css";

interface Props {
  call: string;
  number: string;
  /** What the form begins with. */
  subject: string;
  text: string;
  onOpened: (ticket: Ticket) => void;
}

/** Work that goes on after the call, with the time the customer was told (AGT-08). */
export function TicketForm({ call, number, subject, text, onOpened }: Props) {
  const { t } = useTranslation("work");
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [form, setForm] = useState<{ subject: string; text: string; priority: Priority; at: Dayjs | null }>(() => ({ subject, text, priority: "normal", at: promisedAt("today", dayjs()) }));
  const key = useMemo(() => crypto.randomUUID(), []);
  const past = form.at === null || !form.at.isAfter(dayjs());
  const { send, busy, problem } = useSending(async () => {
    if (!form.at) return;
    const ticket = await workActs.openTicket({ call, number, subject: form.subject.trim(), text: form.text, priority: form.priority, promised_at: form.at.toISOString() }, key);
    await queries.invalidateQueries({ queryKey: ["tickets"] });
    message.success(t("ticket.opened", { ticket: ticket.ticket, at: dayjs(ticket.promised_at).format("MM-DD HH:mm") }));
    onOpened(ticket);
  });
  const change = (change: Partial<typeof form>) => setForm({ ...form, ...change });
  return (
    <form
      className={styles.summary}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <ProblemNote of={problem} />
      <Row label={t("ticket.subject")} required>
        <Input aria-label={t("ticket.subject")} value={form.subject} maxLength={120} onChange={({ target }) => change({ subject: target.value })} />
      </Row>
      <Row label={t("ticket.text")}>
        <Input.TextArea aria-label={t("ticket.text")} value={form.text} maxLength={4_000} autoSize={{ minRows: 2, maxRows: 6 }} onChange={({ target }) => change({ text: target.value })} />
      </Row>
      <Row label={t("ticket.priority")}>
        <Segmented aria-label={t("ticket.priority")} value={form.priority} options={priorities.map((priority) => ({ value: priority, label: t(`ticket.${priority}`) }))} onChange={(priority) => change({ priority })} />
      </Row>
      <Row label={t("ticket.promised")} required problem={past && t("ticket.past")}>
        <PromiseField at={form.at} onChange={(at) => change({ at })} />
      </Row>
      <div className={styles.actions}>
        <Button type="primary" htmlType="submit" loading={busy} disabled={past || form.subject.trim() === ""}>
          {t("ticket.open")}
        </Button>
      </div>
    </form>
  );
}

/** When the customer hears again: a few usual answers, or any time. */
export function PromiseField({ at, onChange }: { at: Dayjs | null; onChange: (at: Dayjs | null) => void }) {
  const { t } = useTranslation("work");
  const now = dayjs();
  const chosen = promises.find((promise) => at && promisedAt(promise, now).isSame(at, "minute"));
  return (
    <div className={styles.promise}>
      <Radio.Group size="small" optionType="button" aria-label={t("ticket.promised")} value={chosen} options={promises.map((promise) => ({ value: promise, label: t(`promise.${promise}`) }))} onChange={({ target }) => onChange(promisedAt(target.value as (typeof promises)[number], dayjs()))} />
      <Input type="datetime-local" aria-label={t("ticket.promised")} value={at ? forField(at) : ""} min={forField(now)} onChange={({ target }) => onChange(fromField(target.value))} />
    </div>
  );
}
