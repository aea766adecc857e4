import { CheckCircleFilled, CloseCircleFilled, ExclamationCircleFilled, LoadingOutlined, MinusCircleOutlined } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import type { Verdict } from "~/softphone/check";
import styles from "./check.module.css";

const icons = { ok: <CheckCircleFilled />, warning: <ExclamationCircleFilled />, failed: <CloseCircleFilled />, skipped: <MinusCircleOutlined />, running: <LoadingOutlined />, open: <MinusCircleOutlined /> };

/** How a check went, as a sign and a word. */
export function VerdictMark({ of }: { of: Verdict | "running" | "open" }) {
  const { t } = useTranslation("check");
  return (
    <span className={styles.verdict} data-verdict={of}>
      {icons[of]} {t(`verdict.${of}`)}
    </span>
  );
}
