import type { EChartsCoreOption } from "echarts/core";
import { palettes, type Appearance } from "~/app/theme";

interface Series {
  name: string;
  data: (number | null)[];
  kind: "bar" | "line";
  tone: "good" | "bad" | "warn" | "accent" | "idle";
  /** Bars of one stack stand on each other. */
  stack?: string;
  percent?: boolean;
}

/** A chart over time in the console's colours; `line` draws a level to reach. */
export function overTime(appearance: Appearance, labels: string[], series: Series[], line?: { at: number; name: string }): EChartsCoreOption {
  const palette = palettes[appearance];
  const percent = series.some((one) => one.percent);
  const axis = { axisLine: { lineStyle: { color: palette.line } }, axisLabel: { color: palette.textSoft }, axisTick: { show: false } };
  return {
    animationDuration: 250,
    textStyle: { fontFamily: "inherit" },
    grid: { left: 46, right: percent ? 52 : 16, top: 36, bottom: 28 },
    legend: { top: 0, right: 0, itemWidth: 12, itemHeight: 8, textStyle: { color: palette.text } },
    tooltip: { trigger: "axis", backgroundColor: palette.raised, borderColor: palette.line, textStyle: { color: palette.text } },
    xAxis: { type: "category", data: labels, ...axis },
    yAxis: [
      { type: "value", minInterval: 1, splitLine: { lineStyle: { color: palette.line } }, axisLabel: { color: palette.textSoft } },
      ...(percent ? [{ type: "value", min: 0, max: 100, splitLine: { show: false }, axisLabel: { color: palette.textSoft, formatter: "{value}%" } }] : []),
    ],
    series: series.map((one) => ({
      name: one.name,
      type: one.kind,
      data: one.data,
      stack: one.stack,
      yAxisIndex: one.percent ? 1 : 0,
      smooth: false,
      symbolSize: 6,
      connectNulls: false,
      barMaxWidth: 26,
      itemStyle: { color: palette[one.tone], opacity: one.kind === "bar" ? 0.85 : 1 },
      lineStyle: { width: 2, color: palette[one.tone] },
      ...(line && one.percent && { markLine: { silent: true, symbol: "none", data: [{ yAxis: line.at, name: line.name }], lineStyle: { color: palette.textSoft, type: "dashed" }, label: { formatter: line.name, color: palette.textSoft, position: "insideEndTop" } } }),
    })),
  };
}
