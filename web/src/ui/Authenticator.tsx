import { CopyOutlined, DownloadOutlined } from "@ant-design/icons";
import { App, Button, QRCode, Space, Typography } from "antd";
import { useTranslation } from "react-i18next";
import styles from "./ui.module.css";

/** What an authenticator app is set up with: to scan, or to type. */
export function AuthenticatorSecret({ secret, uri }: { secret: string; uri: string }) {
  const { t } = useTranslation("app");
  const groups = secret.match(/.{1,4}/g)?.join(" ") ?? secret;
  return (
    <>
      <Typography.Paragraph type="secondary">{t("factor.scan")}</Typography.Paragraph>
      <div className={styles.qr}>
        {/* Black on white in the dark as well: not every phone reads the reverse. */}
        <QRCode value={uri} type="svg" size={176} color="#000000" bgColor="#ffffff" errorLevel="M" aria-label={t("factor.qr")} />
      </div>
      <Typography.Paragraph type="secondary">
        {t("factor.type")}
        <br />
        <Typography.Text code copyable={{ text: secret, tooltips: [t("act.copy"), t("act.copied")] }}>
          {groups}
        </Typography.Text>
      </Typography.Paragraph>
    </>
  );
}

/** Recovery codes, once: to copy or to keep as a file. */
export function RecoveryCodes({ codes, account }: { codes: string[]; account: string }) {
  const { t } = useTranslation("app");
  const { message } = App.useApp();
  const text = `${t("factor.file", { account })}\n\n${codes.join("\n")}\n`;
  const copy = async () => {
    await navigator.clipboard.writeText(codes.join("\n"));
    message.success(t("act.copied"));
  };
  return (
    <>
      <Typography.Paragraph>{t("factor.codesHint")}</Typography.Paragraph>
      <ol className={styles.codes} aria-label={t("factor.codes")}>
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ol>
      <Space style={{ marginBlock: 12 }}>
        <Button icon={<CopyOutlined />} onClick={() => void copy()}>
          {t("act.copy")}
        </Button>
        <Button icon={<DownloadOutlined />} href={`data:text/plain;charset=utf-8,${encodeURIComponent(text)}`} download="belltower-recovery-codes.txt">
          {t("act.download")}
        </Button>
      </Space>
    </>
  );
}
