import type zh from "../zh/reports";
import type { Texts } from "../texts";

export default {
  title: "Reports",
} satisfies Texts<typeof zh>;
