import { useEffect } from "react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMe } from "~/api/me";
import { onNotice } from "~/api/events";
import { noticesQuery } from "~/api/notices";

/** How many things happened to the own account that nobody has looked at; asked again when the server says so. */
export function useNotices(): number {
  const { offers } = useMe();
  const queries = useQueryClient();
  const served = offers === undefined || offers.includes("/v1/me/notices");
  const notices = useQuery({ ...noticesQuery, enabled: served, staleTime: 60_000 });
  useEffect(
    () =>
      onNotice((notice) => {
        if ((notice["notice"] ?? notice.code) !== "scripts") void queries.invalidateQueries(noticesQuery);
      }),
    [queries],
  );
  return (notices.data?.items ?? []).filter(({ seen }) => !seen).length;
}
