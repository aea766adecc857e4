import { useEffect, useState } from "react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Segmented, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { useNoticesOf } from "~/api/useNoticesOf";
import type { ScriptPhase } from "~/api/work";
import { Empty, Query, useSaid } from "~/ui";
import { Lines } from "./Lines";
import type { Values } from "./places";
import { scriptsQuery } from "./queries";
import styles from "./work.module.css";

/** What to say, for the phase that the call is in; another can be looked at, and the next phase comes by itself (AGT-14). */
export function ScriptPanel({ queue, kind, phase, values }: { queue: string | null | undefined; kind: string; phase: ScriptPhase; values: Values }) {
  const { t } = useTranslation("work");
  const said = useSaid();
  const queries = useQueryClient();
  const scripts = useQuery(scriptsQuery(queue, kind));
  const [looked, setLooked] = useState<ScriptPhase | null>(null);
  useEffect(() => setLooked(null), [phase]);
  // A supervisor has changed a line: it is there at once.
  useNoticesOf("scripts", () => void queries.invalidateQueries({ queryKey: ["scripts"] }));
  return (
    <Query of={scripts} compact>
      {({ phases }) => {
        if (phases.length === 0) return <Empty title={t("script.none")} hint={t("script.noneHint")} />;
        const shown = looked ?? (phases.some((one) => one.phase === phase) ? phase : phases[0]!.phase);
        const script = phases.find((one) => one.phase === shown);
        return (
          <>
            <Segmented size="small" className={styles.phases} aria-label={t("script.phase")} value={shown} onChange={setLooked} options={phases.map((one) => ({ value: one.phase, label: t(`script.${one.phase}`) }))} />
            <div className={styles.script} aria-live="polite">
              {shown === phase && <Tag color="processing" variant="filled">{t("script.now")}</Tag>}
              {script && <Lines text={said(script)} values={values} />}
            </div>
          </>
        );
      }}
    </Query>
  );
}
