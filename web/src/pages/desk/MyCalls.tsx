import { useEffect, useState } from "react";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Card } from "antd";
import { useTranslation } from "react-i18next";
import { callOf, isAbsent, optional, useDesk } from "~/agent/desk";
import { api } from "~/api/client";
import type { CallRow, Page } from "~/api/types";
import { number } from "~/pages/figures";
import { Duration, Empty, Moment, Query, StateTag, useSaid } from "~/ui";
import { useDrafts } from "~/work/drafts";
import { useServed } from "~/work/served";
import { SummaryDrawer } from "~/work/SummaryDrawer";
import { useModes } from "./DialCard";
import styles from "./desk.module.css";

const SHOWN_MAX = 10;

export const myCallsQuery = queryOptions({ queryKey: ["my-calls"], queryFn: ({ signal }) => api.get<Page<CallRow>>("/me/calls", { limit: SHOWN_MAX }, signal), ...optional });

/** The last calls of one's own; each leads to its page with the recording. */
export function MyCalls() {
  const { t } = useTranslation(["desk", "floor"]);
  const running = callOf(useDesk())?.call ?? null;
  const calls = useQuery(myCallsQuery);
  const { all } = useModes();
  const said = useSaid();
  const modeOf = (code: string) => {
    const mode = all.find((each) => each.mode === code);
    if (!mode) return code;
    return mode.retired_at ? t("desk:mode.retired", { mode: said(mode) }) : said(mode);
  };
  const [edited, setEdited] = useState<CallRow | null>(null);
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
                    {partyOfRow(row) ? number(partyOfRow(row)) : t("desk:unknownNumber")}
                  </Link>
                  <SummaryMark row={row} onOpen={() => setEdited(row)} />
                  <span className="soft">
                    {row.mode && `${modeOf(row.mode)} · `}
                    {outcome(row.outcome)} · <Duration ms={row.talk_ms} /> · <Moment at={row.started} />
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </Query>
      {edited && <SummaryDrawer row={edited} onClose={() => setEdited(null)} />}
    </Card>
  );
}

const partyOfRow = (row: CallRow) => (row.direction === "outbound" ? row.called : row.caller);

/** What a call was about; or that nobody has said so yet. */
function SummaryMark({ row, onOpen }: { row: CallRow; onOpen: () => void }) {
  const { t } = useTranslation("work");
  const said = useSaid();
  const served = useServed();
  const draft = useDrafts(({ drafts }) => drafts[row.call] !== undefined);
  if (row.talk_ms === 0 || !served("/v1/calls/{call}/summary", "summary.write")) return <span className={styles.gap} />;
  const word = said({ zh: row.disposition_zh, en: row.disposition_en }) || row.disposition?.join(" / ");
  const missing = row.summary === "not_filled" || row.summary === "open";
  return (
    <Button type="link" size="small" className={styles.gap} onClick={onOpen}>
      {draft ? <StateTag tone="warn">{t("summary.unsent")}</StateTag> : missing ? <StateTag tone="after">{t("summary.notFilled")}</StateTag> : word || t("summary.write")}
    </Button>
  );
}
