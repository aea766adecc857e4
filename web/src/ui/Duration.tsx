import { useTranslation } from "react-i18next";
import { formatClock, formatDuration } from "./duration-text";
import { useNow } from "./useNow";

/** A length of time in words: "2 分 3 秒". */
export function Duration({ ms }: { ms: number }) {
  const { t } = useTranslation("app");
  return <span className="figures">{formatDuration(ms, (unit, count) => t(`duration.${unit}`, { count }))}</span>;
}

/** How long ago something was, as a running clock. */
export function Since({ at }: { at: string }) {
  return <span className="figures">{formatClock(useNow() - Date.parse(at))}</span>;
}
