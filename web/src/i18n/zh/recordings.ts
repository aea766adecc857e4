export default {
  title: "录音",
  hint: "试听会记入审计日志，画面带有您的姓名水印。",
  column: { started: "时间", party: "客户号码", agent: "坐席", queue: "队列", length: "时长", status: "状态" },
  empty: "没有符合条件的录音",
  emptyHint: "试试放宽时间范围，或清除筛选条件。",
  play: "播放 {{number}} 的录音",
  open: "打开通话",
  missing: "缺 {{time}}",
  now: "正在播放",
  none: "选择一条录音进行播放",
} as const;
