import dayjs from "dayjs";

/** A point in time in the reader's zone: the time alone if it is today, with seconds and date in the tooltip; a dash for none. */
export function Moment({ at, full = false }: { at: string | null | undefined; full?: boolean }) {
  if (!at) return <span className="soft">—</span>;
  const moment = dayjs(at);
  const exact = moment.format("YYYY-MM-DD HH:mm:ss");
  const short = moment.isSame(dayjs(), "day") ? moment.format("HH:mm:ss") : moment.format("MM-DD HH:mm");
  return (
    <time className="figures" dateTime={at} title={exact}>
      {full ? exact : short}
    </time>
  );
}
