import { useCallback, useEffect } from "react";
import { CheckCircleFilled, ClockCircleOutlined, MinusCircleOutlined } from "@ant-design/icons";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Card } from "antd";
import { useTranslation } from "react-i18next";
import { firstRun, firstRunQuery, STEPS, type FirstRun, type StepName, type StepState } from "~/api/firstRun";
import { meQuery } from "~/api/me";
import { PageHead, ProblemNote, useSending } from "~/ui";
import { useAddress } from "../address";
import { Offered } from "../Offered";
import { AgentStep } from "./AgentStep";
import { CompanyStep } from "./CompanyStep";
import { after, progress, shown, standing } from "./model";
import { NumberStep } from "./NumberStep";
import { TestStep } from "./TestStep";
import { TrunkStep } from "./TrunkStep";
import styles from "./first-run.module.css";

/** What every step is given. */
export interface StepProps {
  run: FirstRun;
  /** The step is done; the page goes on. */
  onDone: (run: FirstRun) => void;
}

const parts: Record<StepName, (props: StepProps) => React.ReactNode> = { company: CompanyStep, trunk: TrunkStep, number: NumberStep, agent: AgentStep, test_call: TestStep };

const icons: Record<StepState, React.ReactNode> = {
  done: <CheckCircleFilled style={{ color: "var(--bell-accent)" }} />,
  open: <ClockCircleOutlined />,
  skipped: <MinusCircleOutlined />,
};

/** From an empty centre to a call that reaches somebody (INB-35, TEL-23). */
export default function Page() {
  const { t } = useTranslation("firstRun");
  // Both are read here: a step that is drawn with what the one before it had read would be sent with its version, and refused.
  const [{ step }, change] = useAddress(["step"]);
  const query = useQuery(firstRunQuery);
  const onStep = useCallback((step: StepName | undefined) => change({ step }), [change]);
  return (
    <>
      <PageHead title={t("title")} hint={t("hint")} />
      <Offered of={query}>{(run) => <Wizard run={run} asked={step} onStep={onStep} />}</Offered>
    </>
  );
}

function Wizard({ run, asked, onStep }: { run: FirstRun; asked: string | undefined; onStep: (step: StepName | undefined) => void }) {
  const { t } = useTranslation("firstRun");
  const queries = useQueryClient();
  const step = shown(run, asked);
  // Who is at a step stays there until he goes on, whatever others do meanwhile.
  useEffect(() => {
    if (asked !== step) onStep(step);
  }, [asked, step, onStep]);
  const now = standing(run, step);
  const { done, of } = progress(run);
  const took = (next: FirstRun) => {
    queries.setQueryData(firstRunQuery.queryKey, next);
    void queries.invalidateQueries({ queryKey: meQuery.queryKey });
  };
  const goOn = (next: FirstRun) => {
    took(next);
    onStep(after(step));
  };
  const skip = useSending(async (skipped: boolean) => {
    const next = await firstRun.skip(step, skipped);
    if (skipped) goOn(next);
    else took(next);
  });
  const Part = parts[step];
  return (
    <div className={styles.page}>
      <Card size="small">
        <nav aria-label={t("steps")}>
          <p className="soft">{t("progress", { done, of })}</p>
          <ol className={styles.steps}>
            {STEPS.map((name) => {
              const state = standing(run, name)?.state ?? "open";
              return (
                <li key={name}>
                  <button type="button" aria-current={name === step ? "step" : undefined} onClick={() => onStep(name)}>
                    <span aria-hidden>{icons[state]}</span>
                    <span>
                      {t(`step.${name}`)} <span className="soft">{t(`state.${state}`)}</span>
                    </span>
                  </button>
                </li>
              );
            })}
          </ol>
        </nav>
      </Card>
      <Card title={<h2 style={{ margin: 0, fontSize: 16 }}>{t(`step.${step}`)}</h2>}>
        <div className={styles.form}>
          <p className="soft">{t(`what.${step}`)}</p>
          <ProblemNote of={skip.problem} />
          <Part key={step} run={run} onDone={goOn} />
          {now?.state === "open" && (
            <Button type="link" style={{ paddingInline: 0 }} loading={skip.busy} onClick={() => void skip.send(true)}>
              {t("skip")}
            </Button>
          )}
          {now?.state === "skipped" && (
            <Button type="link" style={{ paddingInline: 0 }} loading={skip.busy} onClick={() => void skip.send(false)}>
              {t("unskip")}
            </Button>
          )}
          {!run.next && (
            <p role="status">
              {t("finished")} <Link to="/config/$part" params={{ part: "modules" }}>{t("modules")}</Link>
            </p>
          )}
        </div>
      </Card>
    </div>
  );
}
