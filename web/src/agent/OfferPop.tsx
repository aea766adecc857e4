import { useEffect } from "react";
import { useQuery } from "@tanstack/react-query";
import { useLocation, useNavigate } from "@tanstack/react-router";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import type { Desk, DeskCall } from "~/api/types";
import { useNames } from "~/pages/calls/names";
import { number, region } from "~/pages/figures";
import { usePop } from "~/softphone/pop";
import { StateTag, useSaid } from "~/ui";
import { ClassTag, CustomerFields } from "~/work/CustomerFields";
import { customerQuery } from "~/work/queries";
import { useServed } from "~/work/served";
import { CallControls } from "./CallControls";
import { partyOf } from "./stance";
import styles from "./agent.module.css";

/** Asks who calls the moment an offer comes, on whatever page one is, and shows it before it rings (AGT-02). */
export function OfferPop({ offer, desk }: { offer: DeskCall; desk: Desk }) {
  const { t } = useTranslation(["desk", "work"]);
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const said = useSaid();
  const served = useServed();
  const { queueOf } = useNames();
  const party = partyOf(offer);
  const known = party !== null && served("/v1/customers/{number}", "customer.read");
  const customer = useQuery({ ...customerQuery(party ?? ""), enabled: known });
  // Drawn with all it will have: what is known, or that nothing can be found out.
  const whole = !known || !customer.isPending;
  useEffect(() => {
    if (!whole) return;
    const frame = requestAnimationFrame(() => usePop.getState().shown(offer.call));
    return () => cancelAnimationFrame(frame);
  }, [whole, offer.call]);
  if (pathname === "/desk") return null;
  return (
    <section className={styles.pop} aria-label={t("desk:offer.title")}>
      <div className={styles.popHead}>
        <strong className="figures">{party ? number(party) : t("desk:unknownNumber")}</strong>
        {customer.data?.name && <span>{customer.data.name}</span>}
        {customer.data ? <ClassTag customer={customer.data} /> : offer.vip && <StateTag tone="warn">{t("desk:call.vip")}</StateTag>}
      </div>
      <p className="soft">{[!customer.data && region(offer.region), offer.queue && queueOf(offer.queue)].filter(Boolean).join(" · ")}</p>
      {customer.data?.greeting && <p>{said(customer.data.greeting)}</p>}
      {customer.data && <CustomerFields customer={customer.data} except={["number"]} />}
      <div className={styles.call}>
        <CallControls desk={desk} />
        <Button onClick={() => void navigate({ to: "/desk" })}>{t("desk:offer.open")}</Button>
      </div>
    </section>
  );
}
