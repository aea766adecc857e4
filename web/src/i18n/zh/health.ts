export default {
  title: "运行状况",
} as const;
