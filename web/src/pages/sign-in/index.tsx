import { useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Alert, Button, Grid, Segmented } from "antd";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { meQuery } from "~/api/me";
import { SignInFrame } from "./Frame";
import { PasswordStep } from "./PasswordStep";
import { CodesStep, EnrolStep, NewPasswordStep, SecondFactorStep } from "./LaterSteps";
import { Providers } from "./Providers";
import { ScanStep } from "./ScanStep";
import { stepAfter, type Step } from "./steps";
import type { FactorMethod, StepAnswer } from "~/api/session";

const ways = ["password", "scan"] as const;

const whys = ["stale", "denied", "unreachable", "untrusted", "unknown_account", "factor_missing", "disabled"] as const;

/** What one can do about a single sign-on that failed; nothing for what is not known. */
function whyOf(code: string, t: TFunction<"signIn">): string | undefined {
  const why = whys.find((one) => one === code);
  return why && t(`single.why.${why}`);
}

export default function Page() {
  const { t } = useTranslation("signIn");
  const { to, failed, ticket, methods } = useSearch({ from: "/sign-in" });
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [step, setStep] = useState<Step>(() => (ticket ? { at: "second_factor", ticket, methods: (methods?.split(",") ?? ["totp"]) as FactorMethod[] } : { at: "password" }));
  const [way, setWay] = useState<(typeof ways)[number]>("password");
  // One who has no telephone of the house is not asked to scan: a telephone does not scan itself.
  const scanned = (Grid.useBreakpoint().md ?? true) && !window.matchMedia("(pointer: coarse)").matches;
  const [name, setName] = useState("");

  const goTo = (next: Step) => {
    if (next.at !== "done") return setStep(next);
    queries.clear();
    void queries.fetchQuery(meQuery).then(() => navigate({ to: to ?? "/", replace: true }));
  };
  const take = (answer: StepAnswer) => goTo(stepAfter(answer));

  return (
    <SignInFrame>
      {failed && step.at === "password" && <Alert type="error" showIcon role="alert" title={t("single.failed", { code: failed })} description={whyOf(failed, t)} style={{ marginBottom: 16 }} />}
      {step.at === "password" && scanned && <Segmented block size="large" aria-label={t("ways.title")} value={way} onChange={setWay} options={ways.map((each) => ({ value: each, label: t(`ways.${each}`) }))} style={{ marginBottom: 20 }} />}
      {step.at === "password" && way === "scan" ? <ScanStep onAnswer={take} /> : <StepForm step={step} name={name} onName={setName} onAnswer={take} onGo={goTo} />}
      {step.at === "password" && <Providers to={to} />}
      {step.at !== "password" && step.at !== "recovery_codes" && (
        <Button type="link" block onClick={() => setStep({ at: "password" })}>
          {t("startOver")}
        </Button>
      )}
    </SignInFrame>
  );
}

interface StepFormProps {
  step: Step;
  name: string;
  onName: (name: string) => void;
  onAnswer: (answer: StepAnswer) => void;
  onGo: (step: Step) => void;
}

function StepForm({ step, name, onName, onAnswer, onGo }: StepFormProps) {
  switch (step.at) {
    case "password":
      return <PasswordStep name={name} onName={onName} onAnswer={onAnswer} />;
    case "second_factor":
      return <SecondFactorStep methods={step.methods} ticket={step.ticket} onAnswer={onAnswer} />;
    case "enrol":
      return <EnrolStep ticket={step.ticket} secret={step.secret} uri={step.uri} onAnswer={onAnswer} />;
    case "recovery_codes":
      return <CodesStep codes={step.codes} name={name} onKept={() => onGo(step.next)} />;
    case "change_password":
      return <NewPasswordStep why={step.why} ticket={step.ticket} name={name} onAnswer={onAnswer} />;
    case "done":
      return null;
  }
}
