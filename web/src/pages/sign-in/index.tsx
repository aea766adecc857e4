import { useState } from "react";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Alert, Button, Card, Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { useProblemText } from "~/ui";

export default function Page() {
  const { t } = useTranslation("signIn");
  const navigate = useNavigate();
  const { to } = useSearch({ from: "/sign-in" });
  const problemText = useProblemText();
  const [refusal, setRefusal] = useState<unknown>(null);
  const submit = async (values: { name: string; password: string }) => {
    setRefusal(null);
    try {
      await api.post("/session", values);
      await navigate({ to: to ?? "/" });
    } catch (thrown) {
      setRefusal(thrown);
    }
  };
  return (
    <Card title={t("title")} style={{ maxWidth: 380, margin: "15vh auto" }}>
      <Form layout="vertical" onFinish={submit} requiredMark={false}>
        {refusal != null && <Alert type="error" title={problemText(refusal).what} />}
        <Form.Item name="name" label={t("name")} rules={[{ required: true }]}>
          <Input autoComplete="username" autoFocus />
        </Form.Item>
        <Form.Item name="password" label={t("password")} rules={[{ required: true }]}>
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        <Button type="primary" htmlType="submit" block>
          {t("submit")}
        </Button>
      </Form>
    </Card>
  );
}
