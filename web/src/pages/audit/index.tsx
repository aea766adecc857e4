import { useTranslation } from "react-i18next";
import { NotYet, PageHead } from "~/ui";

export default function Page() {
  const { t } = useTranslation("audit");
  return (
    <>
      <PageHead title={t("title")} />
      <NotYet />
    </>
  );
}
