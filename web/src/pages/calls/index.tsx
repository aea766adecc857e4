import { useTranslation } from "react-i18next";
import { NotYet, PageHead } from "~/ui";

export default function Page() {
  const { t } = useTranslation("calls");
  return (
    <>
      <PageHead title={t("title")} />
      <NotYet />
    </>
  );
}
