import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { useTranslation } from "react-i18next";
import { approvalsQuery } from "~/api/approvals";
import { api } from "~/api/client";
import { isProblem } from "~/api/problem";

/** All of an export, at most: as long as a slow line takes for what one may take at a time. */
const EXPORT_MS_MAX = 600_000;

export interface ExportAsked {
  recordings: readonly string[];
  /** Why; not needed where it has been approved. */
  reason?: string;
  /** The approval that is used for it. */
  approval?: string;
}

/** Exports recordings into a file, or asks a second person for it where one must approve; `onTaken` is told of a file. */
export function useExport(onTaken: () => void) {
  const { t } = useTranslation("approvals");
  const { message } = App.useApp();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (asked: ExportAsked) => {
      try {
        keep(await api.post<Blob>("/recordings/export", asked, { blob: true, timeoutMs: EXPORT_MS_MAX }));
        return "taken" as const;
      } catch (thrown) {
        if (isProblem(thrown, "approval_needed")) return "asked" as const;
        throw thrown;
      }
    },
    onSuccess: (outcome, { recordings }) => {
      if (outcome === "asked") return;
      message.success(t("done", { count: recordings.length }));
      onTaken();
    },
    // What was asked for, used up or has expired stands there.
    onSettled: () => queries.invalidateQueries({ queryKey: approvalsQuery.queryKey }),
  });
}

function keep(file: Blob): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = address;
  link.download = "belltower-recordings.zip";
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
