import { type KeyboardEvent, type PointerEvent, type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Peaks, RecordingRow } from "~/api/records";
import { useSaid } from "~/ui";
import { useWidth } from "../room";
import { BarsRow, MarksRow, QualityRow, WaveRow } from "./LaneRows";
import { type Axis, axis as newAxis, clock, follow, instant, pan, place, see, ticks, zoom } from "./model/axis";
import { gradeOf, type Lanes, type Mark } from "./model/lanes";
import { Transport } from "./Transport";
import type { Player } from "./usePlayer";
import styles from "./call.module.css";

/** What of the call is looked at more closely. */
export interface Picked {
  what: "sip" | "decision" | "digit" | "action";
  of: number;
}

interface Props {
  of: Lanes;
  recording: RecordingRow | undefined;
  peaks: Peaks | undefined;
  player: Player;
  mark: string;
  picked: Picked | null;
  onPick: (picked: Picked) => void;
}

interface Row {
  key: string;
  label: ReactNode;
  title?: string;
  height: number;
  draw: (axis: Axis) => ReactNode;
}

const HEAD = 26;

/** Everything of a call on one axis of time. */
export function TimeLine({ of, recording, peaks, player, mark, picked, onPick }: Props) {
  const { t } = useTranslation(["call", "floor"]);
  const field = useRef<HTMLDivElement>(null);
  const width = useWidth(field);
  const begins = recording ? Math.max(Date.parse(recording.started) - of.origin, 0) : 0;
  const [seen, setSeen] = useState<Axis["seen"] | null>(null);
  const shown = useMemo(() => {
    const whole = newAxis(of.length, width);
    return seen ? see(whole, seen) : whole;
  }, [of.length, width, seen]);
  const head = begins + player.at;
  const axis = player.playing && seen ? follow(shown, head) : shown;
  const move = (next: Axis) => setSeen(next.seen.from <= next.whole.from && next.seen.to >= next.whole.to ? null : next.seen);
  const [pointer, setPointer] = useState<number | null>(null);
  const seek = (ms: number) => recording && player.seek(ms - begins);
  useWheel(field, axis, move);
  const drag = useDrag(axis, move, seek);
  const rows = useRows({ of, recording, peaks, mark, picked, onPick, begins });
  const height = HEAD + rows.reduce((sum, row) => sum + row.height, 0);
  const { at, step } = ticks(axis);
  const keys = (event: KeyboardEvent) => {
    const middle = (axis.seen.from + axis.seen.to) / 2;
    const length = axis.seen.to - axis.seen.from;
    const acts: Record<string, () => void> = {
      "+": () => move(zoom(axis, 1.5, middle)),
      "=": () => move(zoom(axis, 1.5, middle)),
      "-": () => move(zoom(axis, 1 / 1.5, middle)),
      ArrowLeft: () => move(pan(axis, -length / 5)),
      ArrowRight: () => move(pan(axis, length / 5)),
      "0": () => setSeen(null),
      " ": player.toggle,
    };
    const act = event.target === event.currentTarget || event.key !== " " ? acts[event.key] : undefined;
    if (act) event.preventDefault();
    act?.();
  };
  let top = HEAD;
  return (
    <section className={styles.timeline} aria-label={t("axis.label")}>
      <Transport player={player} recording={recording} head={head} axis={axis} zoomed={seen !== null} onMove={move} onFit={() => setSeen(null)} />
      <div className={styles.grid}>
        <div className={styles.labels} style={{ paddingTop: HEAD }}>
          {rows.map((row) => (
            <div key={row.key} style={{ height: row.height }} title={row.title}>
              {row.label}
            </div>
          ))}
        </div>
        <div
          ref={field}
          className={styles.field}
          tabIndex={0}
          role="group"
          aria-label={`${t("axis.label")}. ${t("axis.hint")}`}
          onKeyDown={keys}
          {...drag}
          onPointerMove={(event) => {
            drag.onPointerMove(event);
            setPointer(event.clientX - event.currentTarget.getBoundingClientRect().left);
          }}
          onPointerLeave={() => setPointer(null)}
        >
          {width > 0 && (
            <svg width={width} height={height}>
              {at.map((tick) => (
                <g key={tick} transform={`translate(${place(axis, tick)} 0)`} className={styles.tick}>
                  <line y1={HEAD - 6} y2={height} />
                  <text x={4} y={14}>
                    {clock(tick, step)}
                  </text>
                </g>
              ))}
              {rows.map((row) => {
                const y = top;
                top += row.height;
                return (
                  <g key={row.key} transform={`translate(0 ${y})`}>
                    <line className={styles.rule} x2={width} />
                    {row.draw(axis)}
                  </g>
                );
              })}
              {pointer !== null && (
                <g className={styles.pointer} transform={`translate(${pointer} 0)`}>
                  <line y1={HEAD - 6} y2={height} />
                  <text x={pointer > width - 70 ? -5 : 5} y={height - 5} textAnchor={pointer > width - 70 ? "end" : "start"}>
                    {clock(instant(axis, pointer), step > 1000 ? 100 : step)}
                  </text>
                </g>
              )}
              {recording && <line className={styles.head} x1={place(axis, head)} x2={place(axis, head)} y1={HEAD - 8} y2={height} />}
            </svg>
          )}
        </div>
      </div>
    </section>
  );
}

type RowsOf = Omit<Props, "player"> & { begins: number };

function useRows({ of, recording, peaks, mark, picked, onPick, begins }: RowsOf): Row[] {
  const { t } = useTranslation(["call", "floor"]);
  const said = useSaid();
  const stageName = (stage: string) => t(`floor:stage.${stage as "ivr"}`, { defaultValue: stage });
  const roleName = (role: string) => t(`floor:role.${role as "caller"}`, { defaultValue: role });
  const marks = (key: Picked["what"], label: string, list: readonly Mark[], shape: "tick" | "chip" | "diamond", title: (mark: Mark) => string): Row[] =>
    list.length === 0
      ? []
      : [
          {
            key,
            label,
            height: 28,
            draw: (axis) => <MarksRow axis={axis} marks={list} height={28} shape={shape} picked={picked?.what === key ? picked.of : null} title={title} onPick={(of) => onPick({ what: key, of })} />,
          },
        ];
  const named = (list: readonly Mark[]) => list.map((mark) => ({ ...mark, label: t(`action.${mark.label as "hold"}`, { defaultValue: mark.label }) }));
  const party = (leg: number) => of.legs.find((lane) => lane.leg === leg);
  return [
    ...(of.stages.length > 0 ? [{ key: "stages", label: t("lane.stages"), height: 32, draw: (axis: Axis) => <BarsRow axis={axis} bars={of.stages} height={32} label={({ label }) => stageName(label)} /> }] : []),
    ...of.legs.map((lane): Row => ({
      key: `leg ${lane.leg}`,
      label: t("lane.leg", { role: roleName(lane.role), party: lane.party }),
      title: lane.cause ? t(`floor:cause.${lane.cause as "busy"}`, { defaultValue: lane.cause }) : undefined,
      height: 28,
      draw: (axis) => <BarsRow axis={axis} bars={lane.bars} height={28} label={({ label }) => t(`leg.${label as "up"}`)} />,
    })),
    ...marks("decision", t("lane.decisions"), of.decisions, "diamond", ({ label }) => (label ? t("decision.won", { agent: label }) : t("decision.nobody"))),
    ...marks("action", t("lane.actions"), named(of.actions), "tick", ({ label }) => label),
    ...marks("digit", t("lane.digits"), of.digits, "chip", ({ label }) => label),
    ...marks("sip", t("lane.sip"), of.messages, "tick", ({ label }) => label),
    ...of.quality.map((lane): Row => {
      const who = party(lane.leg);
      const bad = lane.worst && gradeOf(lane.worst.said.mos) !== "good" ? lane.worst.said : null;
      return {
        key: `quality ${lane.leg}`,
        label: (
          <>
            {t("lane.quality", { who: who ? roleName(who.role) : lane.leg })}
            {bad && <em data-grade={gradeOf(bad.mos)}>MOS {bad.mos.toFixed(1)}</em>}
          </>
        ),
        title: bad ? t("quality.worst", { mos: bad.mos.toFixed(1), cause: said(bad) }) : t("quality.formula"),
        height: 40,
        draw: (axis) => <QualityRow axis={axis} lane={lane} height={40} />,
      };
    }),
    ...(recording
      ? [
          {
            key: "wave",
            label: (
              <span className={styles.sides}>
                <span data-side="caller">{t("lane.caller")}</span>
                <span>{t("lane.recording")}</span>
                <span data-side="agent">{t("lane.agent")}</span>
              </span>
            ),
            height: 84,
            draw: (axis: Axis) => <WaveRow axis={axis} begins={begins} lengthMs={recording.length_ms ?? 0} peaks={peaks} height={84} mark={mark} />,
          },
        ]
      : []),
  ];
}

/** The wheel zooms with Ctrl held, and moves sideways with Shift or a pad's sideways stroke; alone it scrolls the page. */
function useWheel(field: React.RefObject<HTMLDivElement | null>, axis: Axis, move: (axis: Axis) => void): void {
  const now = useRef({ axis, move });
  useEffect(() => {
    now.current = { axis, move };
  });
  useEffect(() => {
    const element = field.current;
    if (!element) return;
    // React listens passively; a page that zooms under the time line would be worse than useless.
    const wheel = (event: WheelEvent) => {
      const { axis, move } = now.current;
      const perPixel = (axis.seen.to - axis.seen.from) / Math.max(axis.width, 1);
      const sideways = event.shiftKey ? event.deltaY : event.deltaX;
      if (event.ctrlKey || event.metaKey) move(zoom(axis, Math.exp(-event.deltaY / 300), instant(axis, event.clientX - element.getBoundingClientRect().left)));
      else if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY)) move(pan(axis, sideways * perPixel));
      else return;
      event.preventDefault();
    };
    element.addEventListener("wheel", wheel, { passive: false });
    return () => element.removeEventListener("wheel", wheel);
  }, [field]);
}

/** A drag is told from a click by so many pixels. */
const DRAG_PIXELS = 4;

function useDrag(axis: Axis, move: (axis: Axis) => void, seek: (ms: number) => void) {
  const from = useRef<{ x: number; axis: Axis; moved: boolean } | null>(null);
  return {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.button === 0) from.current = { x: event.clientX, axis, moved: false };
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      const drag = from.current;
      if (!drag || event.buttons === 0) return;
      const pixels = event.clientX - drag.x;
      drag.moved ||= Math.abs(pixels) > DRAG_PIXELS;
      if (drag.moved) move(pan(drag.axis, (-pixels / Math.max(axis.width, 1)) * (drag.axis.seen.to - drag.axis.seen.from)));
    },
    onPointerUp: (event: PointerEvent<HTMLElement>) => {
      const drag = from.current;
      from.current = null;
      if (drag && !drag.moved) seek(instant(axis, event.clientX - event.currentTarget.getBoundingClientRect().left));
    },
  };
}
