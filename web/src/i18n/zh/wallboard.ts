export default {
  title: "监控看板",
} as const;
