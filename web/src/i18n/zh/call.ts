export default {
  title: "通话详情",
} as const;
