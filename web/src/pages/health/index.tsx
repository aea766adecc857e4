import { useTranslation } from "react-i18next";
import { NotYet, PageHead } from "~/ui";

export default function Page() {
  const { t } = useTranslation("health");
  return (
    <>
      <PageHead title={t("title")} />
      <NotYet />
    </>
  );
}
