import { EyeOutlined } from "@ant-design/icons";
import { App, Button, Input } from "antd";
import { useTranslation } from "react-i18next";
import { useMay } from "~/api/me";

/** Whole numbers are for who may see them and says why. */
export function UnmaskButton({ onReason }: { onReason: (reason: string) => void }) {
  const { t } = useTranslation("lists");
  const { modal } = App.useApp();
  const may = useMay();
  if (!may({ permission: "number.unmask" })) return null;
  const ask = () => {
    let reason = "";
    modal.confirm({
      title: t("unmask"),
      content: <Input autoFocus maxLength={200} placeholder={t("unmaskReason")} aria-label={t("unmaskReason")} onChange={({ target }) => (reason = target.value)} />,
      onOk: () => (reason.trim() ? onReason(reason.trim()) : Promise.reject(new Error("no reason"))),
    });
  };
  return (
    <Button icon={<EyeOutlined />} onClick={ask}>
      {t("unmask")}
    </Button>
  );
}
