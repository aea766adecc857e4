import { useState } from "react";
import { Link, useSearch } from "@tanstack/react-router";
import { Button, Result } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { SignInFrame } from "~/pages/sign-in/Frame";
import { ProblemNote, useSending } from "~/ui";

/** Where the "not me" of a message leads: the account is frozen by one more click, without a session (SEC-13). */
export default function Page() {
  const { t } = useTranslation("signIn");
  const { link } = useSearch({ from: "/not-me" });
  const [done, setDone] = useState(false);
  const { send, busy, problem } = useSending(async () => {
    await api.post("/session/not-me", { link });
    setDone(true);
  });
  return (
    <SignInFrame>
      {done ? (
        <Result status="success" title={t("notMe.done")} subTitle={t("notMe.doneHint")} />
      ) : (
        <>
          <h1>{t("notMe.title")}</h1>
          <p>{t("notMe.hint")}</p>
          <ProblemNote of={problem} />
          <Button danger type="primary" size="large" block disabled={!link} loading={busy} onClick={() => void send()}>
            {t("notMe.freeze")}
          </Button>
          <p>
            <Link to="/sign-in">{t("notMe.wasMe")}</Link>
          </p>
        </>
      )}
    </SignInFrame>
  );
}
