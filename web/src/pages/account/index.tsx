import { Card, Descriptions } from "antd";
import { useTranslation } from "react-i18next";
import { useMe } from "~/api/me";
import { PageHead, useRoleName } from "~/ui";
import { AuthenticatorCard } from "./AuthenticatorCard";
import { DevicesCard } from "./DevicesCard";
import { NoticesCard } from "./NoticesCard";
import { PasskeysCard } from "./PasskeysCard";
import { PasswordCard } from "./PasswordCard";
import styles from "./account.module.css";

export default function Page() {
  const { t } = useTranslation("account");
  const me = useMe();
  const roleName = useRoleName();
  const served = (path: string) => me.offers === undefined || me.offers.includes(path);
  return (
    <>
      <PageHead title={t("title")} />
      <div className={styles.cards}>
        <Card title={t("who.title")}>
          <Descriptions
            column={1}
            items={[
              { key: "display", label: t("who.display"), children: me.display_name },
              { key: "name", label: t("who.name"), children: me.name },
              { key: "company", label: t("who.company"), children: me.company },
              { key: "roles", label: t("who.roles"), children: me.roles.map(roleName).join(", ") },
              ...(me.agent ? [{ key: "agent", label: t("who.agent"), children: me.agent.name }] : []),
            ]}
          />
        </Card>
        <PasswordCard />
        <AuthenticatorCard />
        {served("/v1/me/passkeys") && <PasskeysCard />}
        <DevicesCard />
        {served("/v1/me/notices") && <NoticesCard />}
      </div>
    </>
  );
}
