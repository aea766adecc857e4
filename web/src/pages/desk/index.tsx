import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "@tanstack/react-query";
import { callOf, useAskedDesk } from "~/agent/desk";
import { api } from "~/api/client";
import type { CallRow, Desk } from "~/api/types";
import { Failure, Loading, PageHead } from "~/ui";
import { useServed } from "~/work/served";
import { MyTickets } from "~/work/Tickets";
import { WorkPanel, type Worked } from "~/work/WorkPanel";
import { AnotherWay } from "./AnotherWay";
import { CallPanel } from "./CallPanel";
import { DialCard } from "./DialCard";
import { IdlePanel } from "./IdlePanel";
import { MyCalls } from "./MyCalls";
import { QueuesCard, TodayCard } from "./Today";
import { FinishedPanel } from "./FinishedPanel";
import { finishing, useLastWorked, workedOf } from "./worked";
import styles from "./desk.module.css";

export default function Page() {
  const { t } = useTranslation("desk");
  const { desk, error, retry } = useAskedDesk();
  const finished = useFinishing(desk);
  const call = callOf(desk);
  const running = call && workedOf(call);
  const runs = JSON.stringify(running);
  useEffect(() => {
    const last = JSON.parse(runs) as Worked | null;
    if (last) useLastWorked.setState({ last });
  }, [runs]);
  if (!desk) return error ? <Failure error={error} retry={retry} /> : <Loading />;
  const worked = running ?? finished;
  if (worked) {
    return (
      <div className={styles.main}>
        <h1 className="unseen">{t("title")}</h1>
        {call ? <CallPanel desk={desk} call={call} /> : <FinishedPanel desk={desk} party={worked.party} />}
        <WorkPanel key={worked.call} of={worked} />
      </div>
    );
  }
  return <Idle desk={desk} />;
}

function Idle({ desk }: { desk: Desk }) {
  const { t } = useTranslation("desk");
  const served = useServed();
  return (
    <>
      <PageHead title={t("title")} />
      <div className={styles.desk}>
        <div className={styles.main}>
          <AnotherWay />
          <IdlePanel desk={desk} />
          <MyCalls />
        </div>
        <div className={styles.side}>
          <TodayCard desk={desk} />
          <DialCard desk={desk} />
          {served("/v1/tickets") && <MyTickets />}
          <QueuesCard desk={desk} />
        </div>
      </div>
    </>
  );
}

/** The call whose work is being finished, if this server asks for any. */
function useFinishing(desk: Desk | null): Worked | null {
  const served = useServed();
  const last = useLastWorked((worked) => worked.last);
  const call = desk?.activity === "wrap_up" && served("/v1/calls/{call}/summary", "summary.write") ? (desk.wrap_up_call ?? null) : null;
  const row = useQuery({
    queryKey: ["finishing", call],
    queryFn: async ({ signal }) => (await api.get<{ record: CallRow }>(`/calls/${encodeURIComponent(call ?? "")}`, undefined, signal)).record,
    enabled: call !== null && last?.call !== call,
    staleTime: 60_000,
  });
  return desk && call !== null ? finishing(desk, last, row.data ?? null) : null;
}
