import { memo } from "react";
import { useTranslation } from "react-i18next";
import { type Axis, clock, instant, place } from "./model/axis";
import { type Bar, FAIR_MOS, GOOD_MOS, gradeOf, type Mark, type QualityLane, REPORT_MS } from "./model/lanes";
import { outline } from "./model/wave";
import styles from "./call.module.css";

/** Rows are drawn from their top; the time line moves them to where they belong. */

export function BarsRow({ axis, bars, height, label }: { axis: Axis; bars: readonly Bar[]; height: number; label: (bar: Bar) => string }) {
  return bars.map((bar, key) => {
    const [from, to] = [place(axis, bar.from), place(axis, bar.to)];
    if (to < 0 || from > axis.width) return null;
    const [left, width] = [Math.max(from, -2), Math.max(Math.min(to, axis.width + 2) - Math.max(from, -2), 2)];
    const words = label(bar);
    return (
      <g key={key} className={styles.bar} data-tone={bar.tone} data-open={bar.open}>
        <title>{`${words} ${clock(bar.to - bar.from, 100)} (${clock(bar.from, 100)} – ${clock(bar.to, 100)})`}</title>
        <rect x={left} y={3} width={width} height={height - 6} rx={4} />
        {width > 34 && (
          <svg x={left} y={0} width={width} height={height} overflow="hidden">
            <text x={7} y={height / 2} dominantBaseline="central">
              {words}
              {width > 110 && <tspan className={styles.barTime} dx={6}>{clock(bar.to - bar.from)}</tspan>}
            </text>
          </svg>
        )}
      </g>
    );
  });
}

interface MarksProps {
  axis: Axis;
  marks: readonly Mark[];
  height: number;
  shape: "tick" | "chip" | "diamond";
  picked: number | null;
  title: (mark: Mark) => string;
  onPick: (of: number) => void;
}

export function MarksRow({ axis, marks, height, shape, picked, title, onPick }: MarksProps) {
  return marks.map((mark, order) => {
    const x = place(axis, mark.at);
    if (x < -40 || x > axis.width + 10) return null;
    const size = shape === "chip" ? 20 : mark.label.length * 7 + 10;
    // Words that the next mark would stand in are left out; they come back when one looks closer.
    const next = marks[order + 1];
    const words = next === undefined || place(axis, next.at) - x >= (shape === "chip" ? size : Math.min(size, 64));
    const middle = height / 2;
    return (
      <g
        key={mark.of}
        className={styles.mark}
        data-tone={mark.tone}
        data-picked={picked === mark.of}
        transform={`translate(${x} 0)`}
        role="button"
        tabIndex={words ? 0 : -1}
        aria-label={title(mark)}
        onClick={(event) => (event.stopPropagation(), onPick(mark.of))}
        onKeyDown={(event) => event.key === "Enter" && (event.stopPropagation(), onPick(mark.of))}
      >
        <title>{`${clock(mark.at, 1)} ${title(mark)}`}</title>
        {shape === "diamond" && <path d={`M0 ${middle - 7}L7 ${middle}L0 ${middle + 7}L-7 ${middle}Z`} />}
        {shape === "tick" && <rect x={-1} y={4} width={2.5} height={height - 8} />}
        {shape === "chip" && words && <rect x={-9} y={3} width={18} height={height - 6} rx={4} />}
        {shape === "chip" && !words && <circle r={2.5} cy={middle} />}
        {words && mark.label && (
          <text x={shape === "chip" ? 0 : shape === "diamond" ? 11 : 5} y={middle} dominantBaseline="central" textAnchor={shape === "chip" ? "middle" : "start"}>
            {mark.label}
          </text>
        )}
        <rect className={styles.target} x={-8} y={0} width={words ? Math.max(size, 16) : 16} height={height} />
      </g>
    );
  });
}

/** The opinion score as a step line, coloured by grade: a step for each report. */
export function QualityRow({ axis, lane, height }: { axis: Axis; lane: QualityLane; height: number }) {
  const { t } = useTranslation("call");
  const y = (mos: number) => 4 + ((4.5 - Math.min(Math.max(mos, 1), 4.5)) / 3.5) * (height - 8);
  return (
    <>
      <line className={styles.limit} x1={0} x2={axis.width} y1={y(GOOD_MOS)} y2={y(GOOD_MOS)} />
      <line className={styles.limit} x1={0} x2={axis.width} y1={y(FAIR_MOS)} y2={y(FAIR_MOS)} />
      {lane.points.map(({ at, quality }) => {
        const [from, to] = [place(axis, at - REPORT_MS), place(axis, at)];
        if (to < 0 || from > axis.width) return null;
        const worst = lane.worst?.at === at && gradeOf(quality.mos) !== "good";
        return (
          <g key={at} className={styles.quality} data-grade={gradeOf(quality.mos)}>
            <title>{`${clock(at - REPORT_MS)} – ${clock(at)}  MOS ${quality.mos.toFixed(1)} · ${t("quality.lossIn")} ${quality.loss_in_permille / 10}% · ${t("quality.jitter")} ${quality.jitter_ms.toFixed(0)} ms`}</title>
            <rect x={from + 0.5} y={y(quality.mos)} width={Math.max(to - from - 1, 1)} height={height - 4 - y(quality.mos)} />
            {worst && <rect className={styles.worst} x={from} y={1} width={Math.max(to - from, 2)} height={height - 2} rx={3} />}
          </g>
        );
      })}
    </>
  );
}

interface WaveProps {
  axis: Axis;
  /** Where the recording begins on the axis. */
  begins: number;
  lengthMs: number;
  peaks: { left: readonly number[]; right: readonly number[] } | undefined;
  height: number;
  /** Who hears it: stands in what he sees. */
  mark: string;
}

/** Both sides of a recording, the caller above, the agent below. Not drawn again while only the head moves. */
export const WaveRow = memo(function WaveRow({ axis, begins, lengthMs, peaks, height, mark }: WaveProps) {
  const [from, to] = [place(axis, begins), place(axis, begins + lengthMs)];
  const seen = { from: instant(axis, 0) - begins, to: instant(axis, axis.width) - begins };
  const half = height / 2 - 1;
  const left = Math.max(from, 0);
  return (
    <>
      <rect className={styles.waveGround} x={left} y={1} width={Math.max(Math.min(to, axis.width) - left, 0)} height={height - 2} rx={4} />
      <text className={styles.watermark} x={Math.min(to, axis.width) - 8} y={height - 8} textAnchor="end">
        {mark}
      </text>
      {peaks && (
        <>
          <path className={styles.wave} data-side="caller" d={outline(peaks.left, lengthMs, seen, axis.width, half, "up")} />
          <path className={styles.wave} data-side="agent" transform={`translate(0 ${height / 2 + 1})`} d={outline(peaks.right, lengthMs, seen, axis.width, half, "down")} />
        </>
      )}
    </>
  );
});
