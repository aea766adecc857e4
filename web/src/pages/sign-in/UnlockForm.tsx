import { App, Button, Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { session } from "~/api/session";
import { ProblemNote, useSending } from "~/ui";
import styles from "./sign-in.module.css";

/** Opens one's own locked account by an authenticator's code or a recovery code. */
export function UnlockForm({ name, onDone }: { name: string; onDone: () => void }) {
  const { t } = useTranslation("signIn");
  const { message } = App.useApp();
  const { send, busy, problem } = useSending(async ({ code }: { code: string }) => {
    const plain = code.replace(/\s/g, "");
    await session.unlock(name, /^\d{6}$/.test(plain) ? "totp" : "recovery_code", plain);
    message.success(t("unlock.done"));
    onDone();
  });
  return (
    <>
      <h1>{t("unlock.title")}</h1>
      <p className={styles.hint}>{t("unlock.hint")}</p>
      <ProblemNote of={problem} />
      <Form layout="vertical" size="large" requiredMark={false} onFinish={send} disabled={busy}>
        <Form.Item name="code" label={t("factor.title")} rules={[{ required: true, message: t("factor.required") }]}>
          <Input autoFocus autoComplete="one-time-code" maxLength={40} />
        </Form.Item>
        <Button type="primary" htmlType="submit" block loading={busy}>
          {t("unlock.submit")}
        </Button>
        <Button type="link" block onClick={onDone}>
          {t("startOver")}
        </Button>
      </Form>
    </>
  );
}
