import { useEffect, useRef } from "react";
import { useNavigate } from "@tanstack/react-router";
import { App, Button } from "antd";
import { useTranslation } from "react-i18next";
import { type AccountNotice } from "~/api/notices";

/** How many are shown at one time; the others stand among the notices. */
const SHOWN_MAX = 3;
const SHOWN_SECS = 20;

/** Says at once, or at the next sign-in, that a promised time is near or has passed, with the way to the ticket (AGT-08). */
export function usePromises(unseen: AccountNotice[]): void {
  const { t } = useTranslation("app");
  const { notification } = App.useApp();
  const navigate = useNavigate();
  const shown = useRef(new Set<string>());
  useEffect(() => {
    const due = unseen.filter(({ notice, ticket }) => ticket && !shown.current.has(notice));
    due.forEach(({ notice }) => shown.current.add(notice));
    for (const { notice, kind, text, ticket } of due.slice(0, SHOWN_MAX)) {
      const open = () => {
        notification.destroy(notice);
        void navigate({ to: "/tickets", search: { ticket } as never });
      };
      notification[kind === "promise_overdue" ? "error" : "warning"]({ key: notice, title: text, duration: SHOWN_SECS, actions: <Button onClick={open}>{t("act.openTicket")}</Button> });
    }
  }, [unseen, notification, navigate, t]);
}
