import { useState } from "react";
import { EditOutlined } from "@ant-design/icons";
import { Button, Input, Radio } from "antd";
import { useTranslation } from "react-i18next";
import type { OwnerChange } from "~/api/work";
import styles from "./work.module.css";

const kinds = ["wrong_number", "wrong_name", "extra_contact"] as const;

/** What was wrong with the data of the one who was called, in three cases that end differently (AGT-06). */
export function OwnerFields({ owner, onChange }: { owner?: OwnerChange; onChange: (owner: OwnerChange | undefined) => void }) {
  const { t } = useTranslation("work");
  const [open, setOpen] = useState(false);
  if (!open && !owner) {
    return (
      <Button type="link" size="small" className={styles.ownerOpen} icon={<EditOutlined />} onClick={() => setOpen(true)}>
        {t("owner.open")}
      </Button>
    );
  }
  const close = () => {
    setOpen(false);
    onChange(undefined);
  };
  return (
    <fieldset className={styles.owner}>
      <legend>{t("owner.title")}</legend>
      <Radio.Group vertical value={owner?.kind} onChange={({ target }) => onChange({ ...owner, kind: target.value as OwnerChange["kind"] })}>
        {kinds.map((kind) => (
          <Radio key={kind} value={kind}>
            {t(`owner.${kind}`)} <span className="soft">{t(`owner.${kind}Hint`)}</span>
          </Radio>
        ))}
      </Radio.Group>
      {owner && (
        <div className={styles.pair}>
          <Input aria-label={t("owner.name")} placeholder={t("owner.name")} maxLength={80} value={owner.name ?? ""} onChange={({ target }) => onChange({ ...owner, name: target.value })} />
          {owner.kind !== "wrong_name" && (
            <Input aria-label={t("owner.number")} placeholder={t("owner.number")} inputMode="tel" maxLength={32} value={owner.number ?? ""} onChange={({ target }) => onChange({ ...owner, number: target.value.replace(/[^\d+*#]/g, "") })} />
          )}
        </div>
      )}
      <Button type="link" size="small" onClick={close}>
        {t("owner.cancel")}
      </Button>
    </fieldset>
  );
}
