import { useTranslation } from "react-i18next";

/** The name of a role in the reader's language; a role of one's own is called as it was named. */
export function useRoleName(): (role: string) => string {
  const { t, i18n } = useTranslation("app");
  return (role) => (i18n.exists(`role.${role}`, { ns: "app" }) ? t(`role.${role}` as "role.agent") : role);
}
