import { useEffect } from "react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Card } from "antd";
import { useTranslation } from "react-i18next";
import { callOf, isAbsent, optional, useDesk } from "~/agent/desk";
import { api } from "~/api/client";
import type { CallRow, Page } from "~/api/types";
import { Duration, Empty, Moment, Query } from "~/ui";
import styles from "./desk.module.css";

const SHOWN_MAX = 10;

/** The last calls of one's own; each leads to its page with the recording. */
export function MyCalls() {
  const { t } = useTranslation(["desk", "floor"]);
  const running = callOf(useDesk())?.call ?? null;
  const calls = useQuery({ queryKey: ["my-calls"], queryFn: ({ signal }) => api.get<Page<CallRow>>("/me/calls", { limit: SHOWN_MAX }, signal), ...optional });
  const { refetch } = calls;
  useEffect(() => void refetch(), [running, refetch]);
  if (isAbsent(calls.error)) return null;
  const outcome = (code: string) => t(`floor:outcome.${code}` as "floor:outcome.answered", { defaultValue: code });
  return (
    <Card title={t("desk:mine.title")} size="small">
      <Query of={calls} compact>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={t("desk:mine.empty")} />
          ) : (
            <ul className={styles.list}>
              {items.map((row) => (
                <li key={row.call}>
                  <Link to="/calls/$call" params={{ call: row.call }} className="figures">
                    {(row.direction === "outbound" ? row.called : row.caller) || t("desk:unknownNumber")}
                  </Link>
                  <span className="soft">
                    {outcome(row.outcome)} · <Duration ms={row.talk_ms} /> · <Moment at={row.started} />
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </Query>
    </Card>
  );
}
