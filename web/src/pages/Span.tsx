import { DatePicker } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useTranslation } from "react-i18next";
import { PERIODS, spanOf } from "./period";

interface Props {
  from: string | undefined;
  to: string | undefined;
  /** Whether the time of day matters. */
  time?: boolean;
  clear?: boolean;
  onChange: (from: string | undefined, to: string | undefined) => void;
}

/** From when to when, with the usual spans at hand. The end is not part of it. */
export function Span({ from, to, time = false, clear = false, onChange }: Props) {
  const { t } = useTranslation("floor");
  const value: [Dayjs | null, Dayjs | null] = [from ? dayjs(from) : null, to ? shownEnd(dayjs(to), time) : null];
  return (
    <DatePicker.RangePicker
      value={value}
      allowClear={clear}
      allowEmpty={[true, true]}
      showTime={time ? { format: "HH:mm", defaultValue: [dayjs("00:00", "HH:mm"), dayjs("23:59", "HH:mm")] } : false}
      format={time ? "MM-DD HH:mm" : "YYYY-MM-DD"}
      presets={PERIODS.map((period) => {
        const [begin, end] = spanOf(period);
        return { label: t(`period.${period}`), value: [begin, shownEnd(end, time)] };
      })}
      onChange={(picked) => {
        const [begin, end] = picked ?? [null, null];
        if (time) return onChange(begin?.toISOString(), end ? end.add(1, "minute").startOf("minute").toISOString() : undefined);
        onChange(begin?.startOf("day").toISOString(), end?.add(1, "day").startOf("day").toISOString());
      }}
    />
  );
}

/** People name the last day or minute of a span, programs the first after it. */
function shownEnd(end: Dayjs, time: boolean): Dayjs {
  return time ? end.subtract(1, "minute") : end.subtract(1, "second");
}
