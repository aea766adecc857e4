import { useTranslation } from "react-i18next";
import { NotYet, PageHead } from "~/ui";

export default function Page() {
  const { t } = useTranslation("setup");
  return (
    <>
      <PageHead title={t("title")} />
      <NotYet />
    </>
  );
}
