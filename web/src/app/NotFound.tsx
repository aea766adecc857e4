import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Empty } from "~/ui";

export function NotFound() {
  const { t } = useTranslation("app");
  return (
    <Empty title={t("state.notFound")} hint={t("state.notFoundHint")}>
      <Link to="/">{t("act.home")}</Link>
    </Empty>
  );
}
