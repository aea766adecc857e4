import { CheckCircleFilled, MinusCircleOutlined } from "@ant-design/icons";
import { Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { checkPassword, isPasswordGood } from "./password-rules";
import styles from "./ui.module.css";

/** Fields `password` and `again` of a form, with the rules ticked off while one types. */
export function NewPassword({ autoFocus = false }: { autoFocus?: boolean }) {
  const { t } = useTranslation("app");
  const password = (Form.useWatch("password") as string | undefined) ?? "";
  return (
    <>
      <Form.Item
        name="password"
        label={t("password.new")}
        rules={[
          { required: true, message: t("password.required") },
          { validator: (_, value: string) => (!value || isPasswordGood(value) ? Promise.resolve() : Promise.reject(new Error(t("password.weak")))) },
        ]}
        validateTrigger="onBlur"
        extra={
          <ul className={styles.rules}>
            {checkPassword(password).map(([rule, kept]) => (
              <li key={rule} data-kept={kept}>
                {kept ? <CheckCircleFilled /> : <MinusCircleOutlined />} {t(`password.rule.${rule}`)}
              </li>
            ))}
          </ul>
        }
      >
        <Input.Password autoComplete="new-password" autoFocus={autoFocus} />
      </Form.Item>
      <Form.Item
        name="again"
        label={t("password.again")}
        dependencies={["password"]}
        validateTrigger="onBlur"
        rules={[
          { required: true, message: t("password.required") },
          ({ getFieldValue }) => ({
            validator: (_, value: string) =>
              !value || value === getFieldValue("password") ? Promise.resolve() : Promise.reject(new Error(t("password.differ"))),
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
    </>
  );
}
