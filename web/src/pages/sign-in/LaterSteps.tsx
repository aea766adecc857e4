import { useState } from "react";
import { Button, Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { session, type FactorMethod, type StepAnswer, type WhyPassword } from "~/api/session";
import { hasPasskeys } from "~/api/webauthn";
import { NewPassword, ProblemNote, useSending } from "~/ui";
import { AuthenticatorSecret, RecoveryCodes } from "~/ui/Authenticator";
import { PasskeyForm } from "./PasskeyForm";
import styles from "./sign-in.module.css";

type OnAnswer = (answer: StepAnswer) => void;

/** A passkey, a code of the authenticator, or one for recovery. A whole code is sent by itself. */
export function SecondFactorStep({ methods, ticket, onAnswer }: { methods: FactorMethod[]; ticket: string; onAnswer: OnAnswer }) {
  const { t } = useTranslation(["signIn", "app"]);
  const able = methods.filter((each) => each !== "passkey" || hasPasskeys());
  const [method, setMethod] = useState<FactorMethod>((["passkey", "totp", "recovery_code"] as const).find((each) => able.includes(each)) ?? "recovery_code");
  return (
    <>
      <h1>{t("signIn:factor.title")}</h1>
      <p className={styles.hint}>{t(`signIn:factor.hint.${method}`)}</p>
      {method === "passkey" ? <PasskeyForm ticket={ticket} onAnswer={onAnswer} /> : <CodeForm key={method} method={method} ticket={ticket} onAnswer={onAnswer} />}
      {able
        .filter((each) => each !== method)
        .map((other) => (
          <Button key={other} type="link" block onClick={() => setMethod(other)}>
            {t(`signIn:factor.use.${other}`)}
          </Button>
        ))}
    </>
  );
}

function CodeForm({ method, ticket, onAnswer }: { method: FactorMethod; ticket: string; onAnswer: OnAnswer }) {
  const { t } = useTranslation(["signIn", "app"]);
  const { send, busy, problem } = useSending(async (code: string) => onAnswer(await session.secondFactor(ticket, method, code.replace(/\s/g, ""))));
  return (
    <>
      <ProblemNote of={problem} />
      <Form layout="vertical" size="large" requiredMark={false} onFinish={({ code }: { code: string }) => send(code)} disabled={busy}>
        {method === "totp" ? (
          <CodeField label={t("app:factor.code")} onWhole={(code) => void send(code)} />
        ) : (
          <Form.Item name="code" label={t("signIn:factor.recoveryCode")} rules={[{ required: true, message: t("signIn:factor.required") }]}>
            <Input autoFocus autoComplete="off" spellCheck={false} maxLength={40} />
          </Form.Item>
        )}
        <Button type="primary" htmlType="submit" block loading={busy}>
          {t("signIn:factor.submit")}
        </Button>
      </Form>
    </>
  );
}

/** Six digits; `onWhole` hears the sixth. */
export function CodeField({ label, onWhole }: { label: string; onWhole?: (code: string) => void }) {
  const { t } = useTranslation("signIn");
  return (
    <Form.Item
      name="code"
      label={label}
      normalize={(value: string) => value.replace(/\D/g, "").slice(0, 6)}
      rules={[{ required: true, message: t("factor.required") }]}
    >
      <Input
        autoFocus
        inputMode="numeric"
        autoComplete="one-time-code"
        className="figures"
        style={{ letterSpacing: "0.4em", fontSize: 20 }}
        onChange={({ target }) => {
          const digits = target.value.replace(/\D/g, "");
          if (digits.length === 6) onWhole?.(digits);
        }}
      />
    </Form.Item>
  );
}

/** Setting up an authenticator, because the role asks for a second factor. */
export function EnrolStep({ ticket, secret, uri, onAnswer }: { ticket: string; secret: string; uri: string; onAnswer: OnAnswer }) {
  const { t } = useTranslation(["signIn", "app"]);
  const { send, busy, problem } = useSending(async ({ code }: { code: string }) => onAnswer(await session.enrol(ticket, code)));
  return (
    <>
      <h1>{t("signIn:enrol.title")}</h1>
      <p className={styles.hint}>{t("signIn:enrol.why")}</p>
      <AuthenticatorSecret secret={secret} uri={uri} />
      <ProblemNote of={problem} />
      <Form layout="vertical" size="large" requiredMark={false} onFinish={send} disabled={busy}>
        <CodeField label={t("app:factor.code")} />
        <Button type="primary" htmlType="submit" block loading={busy}>
          {t("signIn:enrol.submit")}
        </Button>
      </Form>
    </>
  );
}

/** Recovery codes, once. */
export function CodesStep({ codes, name, onKept }: { codes: string[]; name: string; onKept: () => void }) {
  const { t } = useTranslation("signIn");
  return (
    <>
      <h1>{t("codes.title")}</h1>
      <RecoveryCodes codes={codes} account={name} />
      <Button type="primary" size="large" block onClick={onKept}>
        {t("codes.kept")}
      </Button>
    </>
  );
}

interface NewPasswordStepProps {
  why: WhyPassword;
  ticket: string;
  name: string;
  onAnswer: OnAnswer;
}

/** Another password, because the present one is over. */
export function NewPasswordStep({ why, ticket, name, onAnswer }: NewPasswordStepProps) {
  const { t } = useTranslation("signIn");
  const { send, busy, problem } = useSending(async ({ password }: { password: string }) => onAnswer(await session.choosePassword(ticket, password)));
  return (
    <>
      <h1>{t("change.title")}</h1>
      <p className={styles.hint}>{t(`change.${why}`)}</p>
      <ProblemNote of={problem} />
      <Form layout="vertical" size="large" requiredMark={false} onFinish={send} disabled={busy}>
        {/* Tells a password safe whose password it is. */}
        <input type="text" name="username" autoComplete="username" value={name} readOnly hidden />
        <NewPassword autoFocus />
        <Button type="primary" htmlType="submit" block loading={busy}>
          {t("change.submit")}
        </Button>
      </Form>
    </>
  );
}
