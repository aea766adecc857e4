import { Tooltip } from "antd";
import dayjs from "dayjs";
import { useTranslation } from "react-i18next";
import { Duration, Empty } from "~/ui";
import type { AgentSegment } from "./AgentDrawer";
import { AGENT_STATES, stateOf, TONE_OF } from "./model";
import { useServerNow } from "./serverClock";
import styles from "./wallboard.module.css";

/** A day of an agent as one line of colours, with what each came to. */
export function AgentTimeline({ segments }: { segments: AgentSegment[] }) {
  const { t } = useTranslation(["wallboard", "floor"]);
  const now = useServerNow();
  const first = segments.find((segment) => stateOf(segment) !== "signed_out");
  if (!first) return <Empty title={t("agent.noTimeline")} />;
  const begin = Date.parse(first.from);
  const length = Math.max(now - begin, 60_000);
  const ends = (segment: AgentSegment) => (segment.to === null ? now : Date.parse(segment.to));
  const drawn = segments.filter((segment) => ends(segment) > begin);
  const hours = Array.from({ length: 24 }, (_, hour) => dayjs(begin).startOf("hour").add(hour + 1, "hour").valueOf()).filter((at) => at < now);
  const sums = AGENT_STATES.map((state) => ({
    state,
    ms: drawn.filter((segment) => stateOf(segment) === state).reduce((sum, segment) => sum + ends(segment) - Math.max(Date.parse(segment.from), begin), 0),
  })).filter(({ ms }) => ms > 0);
  return (
    <div>
      <div className={styles.day}>
        {drawn.map((segment) => {
          const from = Math.max(Date.parse(segment.from), begin);
          const state = stateOf(segment);
          const clock = `${dayjs(from).format("HH:mm:ss")} – ${segment.to ? dayjs(segment.to).format("HH:mm:ss") : "…"}`;
          return (
            <Tooltip key={segment.from} title={<>{t(`floor:state.${state}`)} {segment.reason}<br />{clock}</>}>
              <span data-tone={TONE_OF[state]} data-state={state} style={{ insetInlineStart: `${((from - begin) / length) * 100}%`, inlineSize: `${((ends(segment) - from) / length) * 100}%` }} />
            </Tooltip>
          );
        })}
      </div>
      <div className={styles.hours} aria-hidden>
        {hours.map((at) => (
          <span key={at} style={{ insetInlineStart: `${((at - begin) / length) * 100}%` }}>{dayjs(at).format("H:00")}</span>
        ))}
      </div>
      <dl className={styles.sums}>
        {sums.map(({ state, ms }) => (
          <div key={state}>
            <dt data-tone={TONE_OF[state]}>{t(`floor:state.${state}`)}</dt>
            <dd><Duration ms={ms} /></dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
