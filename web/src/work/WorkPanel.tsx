import { useEffect, useState } from "react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Badge, Button, Card, Tabs } from "antd";
import { useTranslation } from "react-i18next";
import { useSetState } from "~/agent/useSetState";
import { useMe } from "~/api/me";
import type { DeskCall } from "~/api/types";
import { Failure, Loading, useNow, useSaid } from "~/ui";
import { CustomerCard } from "./CustomerCard";
import { History } from "./History";
import { Knowledge } from "./Knowledge";
import { valuesOf } from "./places";
import { customerQuery, summaryQuery } from "./queries";
import { phaseOf } from "./script";
import { ScriptPanel } from "./ScriptPanel";
import { useServed } from "./served";
import { isLeaf, nodesOf } from "./summary";
import { SaveButton, SummaryForm } from "./SummaryForm";
import { TicketForm } from "./TicketForm";
import { TicketList } from "./Tickets";
import { urgency } from "./tickets";
import { useAsked, useSummary, type SummaryWork } from "./useSummary";
import styles from "./work.module.css";

/** The call that is worked on, before, in and after its talk. */
export interface Worked extends Pick<DeskCall, "call" | "queue" | "vip"> {
  stage: string;
  /** The other side's number; none if it is withheld. */
  party: string | null;
  transferred: boolean;
  /** Until when its summary may be written, in wrap-up. */
  until: string | null;
}

/** Everything an agent needs beside a call: who it is, what to say, what is known, what is to be written. */
export function WorkPanel({ of }: { of: Worked }) {
  const served = useServed();
  const known = of.party !== null && served("/v1/customers/{number}", "customer.read");
  const offered = of.stage === "ringing";
  return (
    <div className={styles.panel}>
      <div className={styles.left}>
        {known && of.party && <CustomerCard number={of.party} greet={of.stage !== "wrap_up"} />}
        {!offered && served("/v1/calls/{call}/summary", "summary.write") && <SummaryCard of={of} />}
      </div>
      <Aids of={of} known={known} />
    </div>
  );
}

function SummaryCard({ of }: { of: Worked }) {
  const { t } = useTranslation("work");
  const { work, error, retry } = useSummary(of.call, of.queue);
  return (
    <Card size="small" title={t("summary.title")}>
      {work ? <SummaryForm call={of.call} work={work} actions={of.stage === "wrap_up" ? <EndActions of={of} work={work} /> : undefined} /> : error ? <Failure error={error} retry={retry} compact /> : <Loading compact />}
    </Card>
  );
}

/** Before the time runs out a summary that is whole is sent by itself. */
const LAST_MS = 2_000;

function EndActions({ of, work }: { of: Worked; work: SummaryWork }) {
  const { t } = useTranslation("work");
  const setState = useSetState();
  const { message } = App.useApp();
  const now = useNow();
  const leftMs = of.until ? Date.parse(of.until) - now : Infinity;
  const late = leftMs <= LAST_MS && work.dirty && work.missing.length === 0 && !work.busy;
  const { save } = work;
  useEffect(() => {
    if (late) void save();
    // Once; a failure is shown and can be tried again by hand.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [late]);
  const end = async () => {
    if (work.missing.length > 0) {
      useAsked.getState().ask(of.call, work.missing);
      return void message.error(t("summary.incomplete"));
    }
    if (work.dirty && !(await save())) return;
    await setState("end_wrap_up");
  };
  return (
    <>
      <Button type="primary" loading={work.busy} onClick={() => void end()}>
        {t("summary.end")}
      </Button>
      <SaveButton work={work} />
    </>
  );
}

/** Lines to say, the past, knowledge and tickets, one beside the other. */
function Aids({ of, known }: { of: Worked; known: boolean }) {
  const { t } = useTranslation("work");
  const served = useServed();
  const said = useSaid();
  const queries = useQueryClient();
  const offered = of.stage === "ringing";
  const [tab, setTab] = useState<string | null>(null);
  const customer = useQuery({ ...customerQuery(of.party ?? ""), enabled: known }).data;
  const { work } = useSummary(of.call, of.queue);
  const me = useMe();
  const values = valuesOf(customer, { number: of.party, queue: of.queue, agent: me.display_name, centre: me.company });
  const now = useNow();
  const kind = customer?.class ?? (of.vip ? "vip" : "normal");
  const concluded = work?.dispositions ? isLeaf(work.dispositions.tree, work.text.disposition) : false;
  const subject = nodesOf(work?.dispositions?.tree ?? [], work?.text.disposition ?? []).map(said).join(" / ");
  const refresh = () => void Promise.all([queries.invalidateQueries(summaryQuery(of.call)), queries.invalidateQueries({ queryKey: ["customer"] })]);
  const open = (customer?.tickets ?? []).filter(({ state }) => state === "open");
  const items = [
    ...(served("/v1/scripts") ? [{ key: "script", label: t("tab.script"), children: <ScriptPanel queue={of.queue} kind={kind} phase={phaseOf({ stage: of.stage, class: kind, transferred: of.transferred, concluded })} values={values} /> }] : []),
    ...(known && of.party ? [{ key: "history", label: <Counted word={t("tab.history")} count={customer?.history.length ?? 0} />, children: <History number={of.party} /> }] : []),
    ...(!offered && served("/v1/knowledge") ? [{ key: "knowledge", label: t("tab.knowledge"), children: <Knowledge call={of.call} used={work?.saved?.articles ?? []} onUsed={refresh} /> }] : []),
    ...(served("/v1/tickets")
      ? [
          {
            key: "ticket",
            label: <Counted word={t("tab.ticket")} count={open.length} tone="warn" />,
            children: (
              <>
                {open.length > 0 && <TicketList tickets={urgency(open)} now={now} />}
                {!offered && <TicketForm key={`${of.call}${work?.saved?.ticket ?? ""}`} call={of.call} number={of.party ?? ""} subject={subject} text={work?.text.note ?? ""} onOpened={refresh} />}
              </>
            ),
          },
        ]
      : []),
  ];
  if (items.length === 0) return null;
  const first = offered && known ? "history" : "script";
  const active = items.find(({ key }) => key === tab)?.key ?? items.find(({ key }) => key === first)?.key ?? items[0]?.key;
  return (
    <Card size="small" className={styles.aids}>
      <Tabs size="small" activeKey={active} onChange={setTab} items={items} destroyOnHidden={false} />
    </Card>
  );
}

function Counted({ word, count, tone = "idle" }: { word: string; count: number; tone?: "idle" | "warn" }) {
  return (
    <span>
      {word} {count > 0 && <Badge count={count} color={`var(--bell-${tone})`} size="small" />}
    </span>
  );
}
