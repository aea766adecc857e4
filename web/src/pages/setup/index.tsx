import { useState } from "react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Button, Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { meQuery } from "~/api/me";
import { session, type SetUpSent, type SetUpState } from "~/api/session";
import { usePreferences } from "~/app/preferences";
import { SignInFrame } from "~/pages/sign-in/Frame";
import { CodesStep, EnrolStep } from "~/pages/sign-in/LaterSteps";
import { stepAfter, type Step } from "~/pages/sign-in/steps";
import styles from "~/pages/sign-in/sign-in.module.css";
import { Empty, NewPassword, ProblemNote, Query, useSending } from "~/ui";

export default function Page() {
  const { t } = useTranslation("setup");
  const state = useQuery({ queryKey: ["setup"], queryFn: session.setUpState });
  const [step, setStep] = useState<Step>({ at: "password" });
  const [name, setName] = useState("");
  const queries = useQueryClient();
  const go = (next: Step) => {
    if (next.at === "done") void queries.fetchQuery(meQuery);
    setStep(next);
  };
  if (step.at !== "password") {
    return (
      <SignInFrame>
        <LaterStep step={step} name={name} onGo={go} />
      </SignInFrame>
    );
  }
  return (
    <SignInFrame>
      <Query of={state}>
        {(data) =>
          data.needed ? (
            <FirstAdministrator state={data} onStep={(next, of) => { setName(of); go(next); }} />
          ) : (
            <Empty title={t("already")}>
              <Link to="/sign-in">{t("signIn")}</Link>
            </Empty>
          )
        }
      </Query>
    </SignInFrame>
  );
}

function LaterStep({ step, name, onGo }: { step: Step; name: string; onGo: (step: Step) => void }) {
  switch (step.at) {
    case "enrol":
      return <EnrolStep ticket={step.ticket} secret={step.secret} uri={step.uri} onAnswer={(answer) => onGo(stepAfter(answer))} />;
    case "recovery_codes":
      return <CodesStep codes={step.codes} name={name} onKept={() => onGo(step.next)} />;
    case "password":
    case "second_factor":
    case "change_password":
    case "done":
      return <WhatNext />;
  }
}

interface FirstAdministratorProps {
  state: SetUpState;
  onStep: (step: Step, name: string) => void;
}

function FirstAdministrator({ state, onStep }: FirstAdministratorProps) {
  const { t } = useTranslation("setup");
  const language = usePreferences((preferences) => preferences.language);
  const { send, busy, problem } = useSending(async ({ company, name, password, code }: SetUpSent) => {
    const answer = await session.setUp({ company: company.trim(), name: name.trim(), password, code: code?.trim(), language });
    onStep(stepAfter(answer), name);
  });
  if (state.listener === "desk") return <Empty title={t("elsewhere")} hint={t("elsewhereHint")} />;
  return (
    <>
      <h1>{t("title")}</h1>
      <p className={styles.hint}>{t("hint")}</p>
      <ProblemNote of={problem} />
      <Form layout="vertical" size="large" requiredMark={false} onFinish={send} disabled={busy}>
        {state.code_needed && (
          <Form.Item name="code" label={t("code")} extra={t("codeHint")} rules={[{ required: true, message: t("codeRequired") }]}>
            <Input autoComplete="off" spellCheck={false} maxLength={64} />
          </Form.Item>
        )}
        <Form.Item name="company" label={t("company")} rules={[{ required: true, whitespace: true, message: t("companyRequired") }]}>
          <Input autoComplete="organization" maxLength={100} />
        </Form.Item>
        <Form.Item name="name" label={t("name")} extra={t("nameHint")} rules={[{ required: true, whitespace: true, message: t("nameRequired") }]}>
          <Input autoComplete="username" spellCheck={false} autoCapitalize="none" maxLength={64} />
        </Form.Item>
        <NewPassword />
        <Button type="primary" htmlType="submit" block loading={busy}>
          {t("submit")}
        </Button>
      </Form>
    </>
  );
}

/** The administrator is there: the wizard leads on. */
function WhatNext() {
  const { t } = useTranslation("setup");
  const navigate = useNavigate();
  return (
    <>
      <h1>{t("next.title")}</h1>
      <p className={styles.hint}>{t("next.hint")}</p>
      <Button type="primary" size="large" block onClick={() => void navigate({ to: "/first-run" })}>
        {t("next.goOn")}
      </Button>
      <p>
        <Link to="/">{t("next.start")}</Link>
      </p>
    </>
  );
}
