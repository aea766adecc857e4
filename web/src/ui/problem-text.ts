import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "~/api/problem";

/** A problem in words: what happened and what to do. */
export interface ProblemText {
  what: string;
  remedy?: string;
  /** For whoever helps. */
  code: string;
}

/** Puts anything thrown into words; the server's own words first. */
export function useProblemText(): (thrown: unknown) => ProblemText {
  const { t } = useTranslation("app");
  return useCallback(
    (thrown) => {
      if (!(thrown instanceof Problem)) return { what: t("state.broken"), remedy: t("state.brokenHint"), code: String(thrown) };
      const code = thrown.code;
      const ours = { forbidden: t("problem.forbidden"), not_signed_in: t("problem.not_signed_in"), too_many_requests: t("problem.too_many") };
      switch (code) {
        case "network_lost":
        case "timed_out":
        case "unreadable_answer":
        case "server_failed":
          return { what: thrown.detail ?? t(`problem.${code}`), remedy: thrown.remedy ?? t(`problem.${code}_remedy`), code };
        default:
          return { what: thrown.detail ?? ours[code as keyof typeof ours] ?? t("problem.other", { code }), remedy: thrown.remedy, code };
      }
    },
    [t],
  );
}
