import { Tabs } from "antd";
import { useTranslation } from "react-i18next";
import { PageHead } from "~/ui";
import { useAddress } from "../address";
import { DevicePart } from "./DevicePart";
import { DiagnosisPart } from "./DiagnosisPart";
import { TriagePart } from "./TriagePart";

const parts = ["devices", "diagnosis", "triage"] as const;
type Part = (typeof parts)[number];

/** Whether one can work: the devices before a shift, everything at once, and what to do when something is wrong. */
export default function Page() {
  const { t } = useTranslation("check");
  const [{ part }, change] = useAddress(["part"]);
  const shown: Part = parts.find((each) => each === part) ?? "devices";
  const panels: Record<Part, React.ReactNode> = { devices: <DevicePart />, diagnosis: <DiagnosisPart />, triage: <TriagePart /> };
  return (
    <>
      <PageHead title={t("title")} hint={t("hint")} />
      <Tabs activeKey={shown} onChange={(key) => change({ part: key })} items={parts.map((each) => ({ key: each, label: t(`part.${each}`), children: panels[each] }))} destroyOnHidden />
    </>
  );
}
