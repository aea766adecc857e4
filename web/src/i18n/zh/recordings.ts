export default {
  title: "录音",
} as const;
