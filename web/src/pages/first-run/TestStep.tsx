import { useEffect, useReducer, useRef, useState } from "react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button } from "antd";
import { useTranslation } from "react-i18next";
import { useEvents } from "~/api/events";
import { firstRun, firstRunQuery } from "~/api/firstRun";
import { useMe } from "~/api/me";
import { ProblemNote, useSending } from "~/ui";
import { number as shownNumber } from "../figures";
import { Caller } from "./caller";
import styles from "./first-run.module.css";
import type { StepProps } from "./index";
import { testCall } from "./model";
import { AdviceNote } from "./StepForm";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];

/** A customer of this page calls the number, through the very flow and queue; then a real one from outside. */
export function TestStep({ run }: StepProps) {
  const { t } = useTranslation("firstRun");
  if (!run.number) return <Alert type="info" showIcon title={t("test.noNumber")} />;
  return (
    <>
      <FromHere run={run} number={run.number.number} />
      <FromOutside number={run.number.number} />
    </>
  );
}

function FromHere({ run, number }: { run: StepProps["run"]; number: string }) {
  const { t } = useTranslation("firstRun");
  const me = useMe();
  const queries = useQueryClient();
  const [now, tell] = useReducer(testCall, { at: "idle" });
  const caller = useRef<Caller | null>(null);
  const digits = number.replace(/\D/g, "");
  const talks = useEvents(({ live }) => live?.calls.some((call) => call.stage === "talk" && (call.called ?? "").replace(/\D/g, "").endsWith(digits)) ?? false);
  const start = useSending(async () => {
    caller.current?.close();
    tell({ is: "started" });
    try {
      const phone = await firstRun.testCall();
      const placed = new Caller(phone, { answered: () => tell({ is: "answered" }), ended: (cause) => tell({ is: "ended", cause }) });
      caller.current = placed;
      await placed.call();
    } catch (thrown) {
      caller.current?.close();
      tell({ is: "ended", cause: null });
      throw thrown;
    }
  });
  const pass = useSending(async () => {
    queries.setQueryData(firstRunQuery.queryKey, await firstRun.passed());
  });
  useEffect(() => () => caller.current?.close(), []);
  const { send: passed } = pass;
  useEffect(() => {
    if (!talks || (now.at !== "greeting" && now.at !== "calling")) return;
    caller.current?.echo();
    tell({ is: "agent_talks" });
    void passed();
  }, [talks, now.at, passed]);
  const hangUp = () => {
    caller.current?.close();
    tell({ is: "ended", cause: null });
  };
  const isUp = now.at === "calling" || now.at === "greeting" || now.at === "talking";
  return (
    <section aria-label={t("test.here")}>
      <h3>{t("test.here")}</h3>
      <p className="soft">{me.agent ? t("test.hereHint") : t("test.hereHintOther", { desk: run.desk.join(" ") })}</p>
      <ProblemNote of={start.problem} />
      <ProblemNote of={pass.problem} />
      <div role="status">
        {now.at === "calling" && t("test.calling", { number: shownNumber(number) })}
        {now.at === "greeting" && t("test.greeting")}
        {now.at === "talking" && t("test.talking")}
        {now.at === "over" && now.passed && <Alert type="success" showIcon title={t("test.passed")} />}
        {now.at === "over" && !now.passed && !start.problem && <Alert type="warning" showIcon title={t("test.notPassed")} description={t("test.notPassedHint", { cause: now.cause ?? "" })} />}
      </div>
      {now.at === "greeting" && (
        <div className={styles.keys}>
          {KEYS.map((key) => (
            <Button key={key} aria-label={t("test.key", { key })} onClick={() => caller.current?.press(key)}>
              {key}
            </Button>
          ))}
        </div>
      )}
      <div className={styles.foot}>
        {isUp ? (
          <Button danger onClick={hangUp}>
            {t("test.hangUp")}
          </Button>
        ) : (
          <Button type="primary" loading={start.busy} onClick={() => void start.send()}>
            {t("test.call")}
          </Button>
        )}
      </div>
    </section>
  );
}

/** What arrives while somebody calls his own number by his mobile. */
function FromOutside({ number }: { number: string }) {
  const { t } = useTranslation("firstRun");
  const [since, setSince] = useState<string | null>(null);
  const seen = useQuery({
    queryKey: ["first-run", "arrivals", since],
    queryFn: ({ signal }) => firstRun.arrivals(since ?? "", signal),
    enabled: since !== null,
    refetchInterval: 2_000,
    retry: false,
  });
  return (
    <section aria-label={t("test.outside")}>
      <h3>{t("test.outside")}</h3>
      <p className="soft">{t("test.outsideHint", { number: shownNumber(number) })}</p>
      {since !== null && <ProblemNote of={seen.error} />}
      {seen.data && <AdviceNote of={seen.data.advice} />}
      {seen.data && seen.data.items.length > 0 && (
        <ul aria-label={t("test.arrived")}>
          {seen.data.items.map((one) => (
            <li key={`${one.at} ${one.called}`}>
              {t("test.oneArrived", { caller: one.caller ? shownNumber(one.caller) : t("test.nobody"), called: shownNumber(one.called) })}
              {one.cause && <span className="soft"> {one.cause}</span>}
            </li>
          ))}
        </ul>
      )}
      <Button onClick={() => setSince(since === null ? new Date().toISOString() : null)}>{since === null ? t("test.watch") : t("test.stopWatching")}</Button>
    </section>
  );
}
