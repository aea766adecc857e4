import dayjs, { type Dayjs } from "dayjs";

/** When somebody is promised to hear again: what can be chosen in one click. */
export const promises = ["two_hours", "today", "tomorrow", "three_days"] as const;
export type Promised = (typeof promises)[number];

const OFFICE_ENDS = 18;
const NOON = 12;

/** The instant that a promise means. "Today" after office hours is tomorrow at noon. */
export function promisedAt(promise: Promised, now: Dayjs): Dayjs {
  const at = (day: Dayjs, hour: number) => day.startOf("day").hour(hour);
  switch (promise) {
    case "two_hours":
      return now.add(2, "hour").startOf("minute");
    case "today":
      return now.hour() < OFFICE_ENDS ? at(now, OFFICE_ENDS) : at(now.add(1, "day"), NOON);
    case "tomorrow":
      return at(now.add(1, "day"), NOON);
    case "three_days":
      return at(now.add(3, "day"), OFFICE_ENDS);
  }
}

/** As a native field of the browser wants it. */
export const forField = (at: Dayjs): string => at.format("YYYY-MM-DDTHH:mm");

/** From a native field; none if it is no time. */
export function fromField(text: string): Dayjs | null {
  const at = dayjs(text);
  return text !== "" && at.isValid() ? at : null;
}
