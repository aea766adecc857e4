export default {
  title: "语音流程",
} as const;
