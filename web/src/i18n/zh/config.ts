export default {
  title: "配置",
} as const;
