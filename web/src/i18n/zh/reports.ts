export default {
  title: "报表",
} as const;
