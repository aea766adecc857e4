import { KeyOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { session, type StepAnswer } from "~/api/session";
import { provePasskey } from "~/api/webauthn";
import { ProblemNote, useSending } from "~/ui";
import { useState } from "react";
import styles from "./sign-in.module.css";

/** The second factor as a passkey: a touch of the finger, or a key in the port. */
export function PasskeyForm({ ticket, onAnswer }: { ticket: string; onAnswer: (answer: StepAnswer) => void }) {
  const { t } = useTranslation("signIn");
  const [gaveUp, setGaveUp] = useState(false);
  const { send, busy, problem } = useSending(async () => {
    setGaveUp(false);
    const { options } = await session.beginPasskey(ticket);
    const credential = await provePasskey(options);
    if (!credential) return setGaveUp(true);
    onAnswer(await session.passkey(ticket, credential));
  });
  return (
    <>
      <ProblemNote of={problem} />
      {gaveUp && <p className={styles.caps} role="alert">{t("factor.passkeyNot")}</p>}
      <Button type="primary" size="large" block autoFocus icon={<KeyOutlined />} loading={busy} onClick={() => void send()}>
        {t("factor.passkeyUse")}
      </Button>
    </>
  );
}
