export { Duration, Since } from "./Duration";
export { formatDuration, formatClock } from "./duration-text";
export { Moment } from "./Moment";
export { PageHead } from "./PageHead";
export { Empty, Failure, Loading, NotYet, Query } from "./states";
export { StateTag, type Tone } from "./StateTag";
export { useNow } from "./useNow";
export { useProblemText } from "./problem-text";
