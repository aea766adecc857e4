import { useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { Button, Card } from "antd";
import { useTranslation } from "react-i18next";
import { stanceOf, toneOf } from "~/agent/stance";
import { useSetState } from "~/agent/useSetState";
import { api } from "~/api/client";
import type { Desk } from "~/api/types";
import { usePreferences } from "~/app/preferences";
import { usePhone } from "~/softphone/store";
import { formatClock, Query, StateTag, useNow, useSending } from "~/ui";
import styles from "./desk.module.css";

/** What an agent without a call is doing, and what would bring him one. */
export function IdlePanel({ desk }: { desk: Desk }) {
  const { t } = useTranslation("desk");
  const failure = usePhone((phone) => phone.lastFailure);
  const [asking, setAsking] = useState(false);
  const setState = useSetState();
  const { send, busy } = useSending(() => setState("end_wrap_up"));
  const stance = stanceOf(desk);
  // With no call the desk cannot be ringing or talking for longer than a moment.
  const known = stance === "offered" || stance === "talking" || stance === "hold" ? "available" : stance;
  return (
    <Card>
      <div className={styles.party} style={{ fontSize: 20 }}>
        <span>{t(`idle.${known}`)}</span> <StateTag tone={toneOf[known]}>{t(`state.${known}`)}</StateTag>
        {known === "wrap_up" && desk.wrap_up_until && <Left until={desk.wrap_up_until} />}
      </div>
      <p className="soft">{t(`idle.${known}Hint`)}</p>
      {failure && <p role="alert">{failure === "no_path" ? t("call.noPath") : t("call.failed", { cause: failure })}</p>}
      <div className={styles.acts}>
        {known === "wrap_up" && (
          <Button type="primary" loading={busy} onClick={() => void send()}>
            {t("state.endWrapUp")}
          </Button>
        )}
        {!asking && <Button onClick={() => setAsking(true)}>{t("why.button")}</Button>}
      </div>
      {asking && <WhyNoCalls key={`${desk.presence}${desk.activity}`} />}
    </Card>
  );
}

function Left({ until }: { until: string }) {
  const { t } = useTranslation("desk");
  return <span className={`${styles.clock} figures`}>{t("idle.wrap_upLeft", { time: formatClock(Date.parse(until) - useNow()) })}</span>;
}

interface Why {
  reasons: { code: string; zh: string; en: string; remedy_zh: string; remedy_en: string }[];
}

function WhyNoCalls() {
  const { t } = useTranslation("desk");
  const english = usePreferences((preferences) => preferences.language === "en");
  const why = useQuery({ queryKey: ["why-no-calls"], queryFn: ({ signal }) => api.get<Why>("/me/why-no-calls", undefined, signal), staleTime: 0 });
  return (
    <Query of={why} compact>
      {({ reasons }) =>
        reasons.length === 0 ? (
          <p>{t("why.none")}</p>
        ) : (
          <ul>
            {reasons.map((reason) => (
              <li key={reason.code}>
                {english ? reason.en : reason.zh} <span className="soft">{english ? reason.remedy_en : reason.remedy_zh}</span>
              </li>
            ))}
          </ul>
        )
      }
    </Query>
  );
}
