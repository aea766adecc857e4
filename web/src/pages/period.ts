import dayjs, { type Dayjs } from "dayjs";

/** The spans of time people ask for. */
export const PERIODS = ["today", "yesterday", "week", "days7", "days30"] as const;
export type Period = (typeof PERIODS)[number];

export function spanOf(period: Period, now: Dayjs = dayjs()): [Dayjs, Dayjs] {
  const today = now.startOf("day");
  switch (period) {
    case "today":
      return [today, today.add(1, "day")];
    case "yesterday":
      return [today.subtract(1, "day"), today];
    case "week":
      // Weeks begin on Monday here, whatever the language says.
      return [today.subtract((today.day() + 6) % 7, "day"), today.add(1, "day")];
    case "days7":
      return [today.subtract(6, "day"), today.add(1, "day")];
    case "days30":
      return [today.subtract(29, "day"), today.add(1, "day")];
  }
}
