export default {
  title: "用户",
} as const;
