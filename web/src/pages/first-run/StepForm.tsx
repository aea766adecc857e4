import { useEffect, type ReactNode } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { Alert } from "antd";
import { useTranslation } from "react-i18next";
import { firstRunQuery, type Advice } from "~/api/firstRun";
import { isProblem } from "~/api/problem";
import { ProblemNote, useSaid } from "~/ui";

interface Mistake {
  line: number;
  problem: string;
  remedy: string;
}

/**
 * Why a step was not taken: the mistakes of the configuration it would have made stand below. What somebody else has changed
 * meanwhile is read, so that the step can be sent once more as it was filled in.
 */
export function StepProblem({ of }: { of: unknown }) {
  const { t } = useTranslation("firstRun");
  const queries = useQueryClient();
  const isLate = isProblem(of, "config_changed");
  useEffect(() => {
    if (isLate) void queries.invalidateQueries(firstRunQuery);
  }, [isLate, queries]);
  if (isLate) return <Alert type="error" showIcon role="alert" title={t("late")} description={t("lateRemedy")} style={{ marginBottom: 16 }} />;
  const mistakes = isProblem(of, "config_wrong") ? ((of.body as unknown as { mistakes?: Mistake[] }).mistakes ?? []) : [];
  return (
    <>
      <ProblemNote of={of} />
      {mistakes.length > 0 && (
        <ul aria-label={t("mistakes")}>
          {mistakes.map(({ line, problem, remedy }) => (
            <li key={`${line} ${problem}`}>
              {problem}
              {remedy && <span className="soft"> — {remedy}</span>}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

const types = { ok: "success", warning: "warning", failed: "error" } as const;

/** What came of a check, with what to do about it. */
export function AdviceNote({ of, children }: { of: Advice | null | undefined; children?: ReactNode }) {
  const said = useSaid();
  if (!of) return null;
  const remedy = said({ zh: of.remedy_zh, en: of.remedy_en });
  return <Alert type={types[of.level]} showIcon role={of.level === "failed" ? "alert" : "status"} title={said(of)} description={remedy || children ? <>{remedy}{children}</> : undefined} style={{ marginBottom: 16 }} />;
}
