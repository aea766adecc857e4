import { useTranslation } from "react-i18next";
import { callOf, useDesk } from "~/agent/desk";
import { Loading, PageHead } from "~/ui";
import { CallPanel } from "./CallPanel";
import { DialCard } from "./DialCard";
import { IdlePanel } from "./IdlePanel";
import { MyCalls } from "./MyCalls";
import { QueuesCard, TodayCard } from "./Today";
import styles from "./desk.module.css";

export default function Page() {
  const { t } = useTranslation("desk");
  const desk = useDesk();
  if (!desk) return <Loading />;
  const call = callOf(desk);
  return (
    <>
      <PageHead title={t("title")} />
      <div className={styles.desk}>
        <div className={styles.main}>
          {call ? <CallPanel desk={desk} call={call} /> : <IdlePanel desk={desk} />}
          <MyCalls />
        </div>
        <div className={styles.side}>
          <TodayCard desk={desk} />
          <QueuesCard desk={desk} />
          <DialCard desk={desk} />
        </div>
      </div>
    </>
  );
}
