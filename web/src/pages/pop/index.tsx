import { useQuery } from "@tanstack/react-query";
import { Card, Select } from "antd";
import { useTranslation } from "react-i18next";
import { useMay } from "~/api/me";
import { unitsQuery } from "~/api/people";
import { Empty, PageHead, Query } from "~/ui";
import { useAddress } from "../address";
import { pathsOf, type UnitPath } from "./layout";
import { LayoutEditor } from "./LayoutEditor";
import { layoutQuery } from "./queries";
import styles from "./pop.module.css";

/** Which fields of a customer each team sees when a call comes, and in what order (AGT-02). */
export default function Page() {
  const { t } = useTranslation("pop");
  return (
    <>
      <PageHead title={t("title")} hint={t("hint")} />
      <Card size="small">
        <Query of={useQuery(unitsQuery)}>{({ units }) => (units.length === 0 ? <Empty title={t("noUnits")} hint={t("noUnitsHint")} /> : <Choice units={pathsOf(units)} />)}</Query>
      </Card>
    </>
  );
}

function Choice({ units }: { units: UnitPath[] }) {
  const { t } = useTranslation("pop");
  const may = useMay();
  const [asked, change] = useAddress(["unit"]);
  // Who leads less than the centre begins with a unit that may be his.
  const first = (!may({ permission: "queue.write", atLeast: "tenant" }) && units.find(({ path }) => path.length > 1)) || units[0];
  const chosen = units.find(({ unit }) => unit.unit === asked.unit) ?? first;
  const found = useQuery({ ...layoutQuery(chosen?.unit.unit ?? ""), enabled: chosen !== undefined });
  const above = chosen?.path.at(-2) ?? null;
  return (
    <>
      <div className={styles.choice}>
        <Select
          className={styles.unit ?? ""}
          aria-label={t("unit")}
          value={chosen?.unit.unit}
          popupMatchSelectWidth={false}
          showSearch={{ optionFilterProp: "label" }}
          options={units.map(({ unit, path }) => ({ value: unit.unit, label: path.map(({ name }) => name).join(" / ") }))}
          onChange={(unit) => change({ unit })}
        />
        <span className="soft">{chosen && t(`kind.${chosen.unit.kind}`)}</span>
      </div>
      {chosen && <Query of={found}>{(fields) => <LayoutEditor key={chosen.unit.unit} unit={chosen.unit} above={above} now={fields} />}</Query>}
    </>
  );
}
