export default {
  title: "通话记录",
} as const;
