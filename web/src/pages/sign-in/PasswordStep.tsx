import { useState, type KeyboardEvent } from "react";
import { CheckCircleOutlined, CloseCircleOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Alert, Button, Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { isProblem, Problem } from "~/api/problem";
import { session, type StepAnswer } from "~/api/session";
import { formatDuration, ProblemNote, useNow } from "~/ui";
import { UnlockForm } from "./UnlockForm";
import { failedPart, type FailedPart } from "./steps";
import styles from "./sign-in.module.css";

type Refusal = { is: "problem"; problem: unknown } | { is: "no_answer"; part: FailedPart } | null;

interface PasswordStepProps {
  name: string;
  onName: (name: string) => void;
  onAnswer: (answer: StepAnswer) => void;
}

/** Name and password; and, if that did not work, exactly why. */
export function PasswordStep({ name, onName, onAnswer }: PasswordStepProps) {
  const { t } = useTranslation("signIn");
  const [refusal, setRefusal] = useState<Refusal>(null);
  const [busy, setBusy] = useState(false);
  const [caps, setCaps] = useState(false);
  const [unlocking, setUnlocking] = useState(false);
  const setUp = useQuery({ queryKey: ["setup"], queryFn: session.setUpState, retry: false });

  const submit = async (sent: { name: string; password: string }) => {
    setBusy(true);
    setRefusal(null);
    onName(sent.name);
    try {
      onAnswer(await session.signIn(sent.name.trim(), sent.password));
    } catch (problem) {
      setRefusal(await refusalOf(problem));
    } finally {
      setBusy(false);
    }
  };
  const watchCaps = (event: KeyboardEvent) => setCaps(event.getModifierState("CapsLock"));

  if (unlocking) return <UnlockForm name={name} onDone={() => { setUnlocking(false); setRefusal(null); }} />;
  return (
    <>
      <h1>{t("title")}</h1>
      {setUp.data?.needed && <Alert type="info" showIcon title={<Link to="/setup">{t("setUpFirst")}</Link>} style={{ marginBlock: 12 }} />}
      <p className={styles.hint}>{null}</p>
      {refusal && <RefusalNote of={refusal} onUnlock={() => setUnlocking(true)} />}
      <Form layout="vertical" size="large" requiredMark={false} initialValues={{ name }} onFinish={submit} disabled={busy}>
        <Form.Item name="name" label={t("name")} rules={[{ required: true, message: t("nameRequired") }]}>
          <Input autoComplete="username" autoFocus spellCheck={false} autoCapitalize="none" maxLength={100} />
        </Form.Item>
        <Form.Item
          name="password"
          label={t("password")}
          rules={[{ required: true, message: t("passwordRequired") }]}
          extra={caps && <span className={styles.caps}>{t("capsLock")}</span>}
        >
          <Input.Password autoComplete="current-password" onKeyUp={watchCaps} maxLength={200} />
        </Form.Item>
        <Button type="primary" htmlType="submit" block loading={busy}>
          {t("submit")}
        </Button>
      </Form>
    </>
  );
}

async function refusalOf(problem: unknown): Promise<Refusal> {
  const silent = isProblem(problem, "network_lost") || isProblem(problem, "timed_out");
  if (!silent) return { is: "problem", problem };
  const answers = await fetch("/bell.svg", { cache: "no-store", signal: AbortSignal.timeout(2_000) }).then((response) => response.ok, () => false);
  return { is: "no_answer", part: failedPart(navigator.onLine, answers) };
}

function RefusalNote({ of, onUnlock }: { of: NonNullable<Refusal>; onUnlock: () => void }) {
  const { t } = useTranslation("signIn");
  if (of.is === "no_answer") return <NoAnswer part={of.part} />;
  const lockedUntil = of.problem instanceof Problem ? of.problem.body["locked_until"] : undefined;
  const locked = typeof lockedUntil === "string" && (
    <>
      <LockClock until={lockedUntil} />
      <Button onClick={onUnlock}>{t("unlock.offer")}</Button>
    </>
  );
  return <ProblemNote of={of.problem} action={locked} />;
}

function LockClock({ until }: { until: string }) {
  const { t } = useTranslation(["signIn", "app"]);
  const leftMs = Date.parse(until) - useNow();
  const time = formatDuration(leftMs, (unit, count) => t(`app:duration.${unit}`, { count }));
  return <p className={`${styles.lock} figures`}>{leftMs > 0 ? t("signIn:lockedFor", { time }) : t("signIn:lockOver")}</p>;
}

const parts: FailedPart[] = ["network", "server", "login"];

function NoAnswer({ part }: { part: FailedPart }) {
  const { t } = useTranslation("signIn");
  const failedAt = parts.indexOf(part);
  const steps = (
    <>
      {t(`failed.${part}Hint`)}
      <ul className={styles.steps} aria-label={t("failed.steps")}>
        {parts.slice(0, failedAt + 1).map((each, index) => (
          <li key={each}>
            {index < failedAt ? <CheckCircleOutlined /> : <CloseCircleOutlined />} {t(`failed.step.${each}`)}
          </li>
        ))}
      </ul>
    </>
  );
  return <Alert type="error" showIcon role="alert" title={t(`failed.${part}`)} description={steps} style={{ marginBottom: 16 }} />;
}
