import { useEffect, useMemo } from "react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMe } from "~/api/me";
import { onNotice } from "~/api/events";
import { noticesQuery, type AccountNotice } from "~/api/notices";

/** What one was told and has not looked at; asked again when the server says so. */
export function useNotices(): AccountNotice[] {
  const { offers } = useMe();
  const queries = useQueryClient();
  const served = offers === undefined || offers.includes("/v1/me/notices");
  const notices = useQuery({ ...noticesQuery, enabled: served, staleTime: 60_000 });
  useEffect(
    () =>
      onNotice((notice) => {
        const what = notice["notice"] ?? notice.code;
        if (what !== "scripts") void queries.invalidateQueries(noticesQuery);
        // A promise that is near or overdue is marked in the lists as well.
        if (what === "notices" || what === "tickets") void queries.invalidateQueries({ queryKey: ["tickets"] });
      }),
    [queries],
  );
  const items = notices.data?.items;
  return useMemo(() => (items ?? []).filter(({ seen }) => !seen), [items]);
}
