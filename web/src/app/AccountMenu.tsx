import { UserOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { App, Avatar, Badge, Button, Dropdown, type MenuProps } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { useMe } from "~/api/me";
import { speak } from "~/i18n";
import { useProblemText } from "~/ui";
import { usePreferences } from "./preferences";
import { useNotices } from "./useNotices";
import { usePromises } from "./usePromises";
import styles from "./shell.module.css";

type Item = NonNullable<MenuProps["items"]>[number];

/** Who is signed in, and what belongs to him: account, language, appearance, the way out. */
export function AccountMenu() {
  const { t } = useTranslation("app");
  const me = useMe();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const problemText = useProblemText();
  const unseen = useNotices();
  const notices = unseen.length;
  usePromises(unseen);
  const signOut = async () => {
    try {
      await api.delete("/session");
      queries.clear();
      await navigate({ to: "/sign-in" });
    } catch (thrown) {
      message.error(problemText(thrown).what);
    }
  };
  const items: Item[] = [
    ...(notices > 0 ? [{ key: "notices", label: t("menu.notices", { count: notices }), onClick: () => void navigate({ to: "/account" }) }] : []),
    { key: "account", label: t("menu.account"), onClick: () => void navigate({ to: "/account" }) },
    { key: "check", label: t("menu.check"), onClick: () => void navigate({ to: "/check" }) },
    ...useSettingsItems(),
    { type: "divider" },
    { key: "licences", label: <a href="/licences.txt" target="_blank" rel="noreferrer">{t("menu.licences")}</a> },
    { key: "version", label: t("menu.version", { version: me.version }), disabled: true },
    { type: "divider" },
    { key: "out", label: t("menu.signOut"), danger: true, onClick: () => void signOut() },
  ];
  return (
    <Dropdown menu={{ items }} trigger={["click"]}>
      <Button type="text" className={styles.account} aria-label={`${t("menu.me")}: ${me.display_name}`}>
        <Badge count={notices} size="small" title={notices > 0 ? t("menu.notices", { count: notices }) : undefined}>
          <Avatar size={26} icon={<UserOutlined />} />
        </Badge>
        <span>{me.display_name}</span>
      </Button>
    </Dropdown>
  );
}

/** Language and appearance, for those who are signed in and those who are not yet. */
export function useSettingsItems(): Item[] {
  const { t } = useTranslation("app");
  const { appearance, setAppearance, language } = usePreferences();
  const mark = (chosen: boolean, label: string) => (chosen ? `✓ ${label}` : label);
  return [
    {
      key: "language",
      label: t("menu.language"),
      children: [
        { key: "zh-CN", label: mark(language === "zh-CN", "简体中文"), onClick: () => void speak("zh-CN") },
        { key: "en", label: mark(language === "en", "English"), onClick: () => void speak("en") },
      ],
    },
    {
      key: "appearance",
      label: t("menu.appearance"),
      children: (["system", "light", "dark"] as const).map((each) => ({
        key: each,
        label: mark(appearance === each, t(`menu.${each}`)),
        onClick: () => setAppearance(each),
      })),
    },
  ];
}
