import type zh from "../zh/setup";
import type { Texts } from "../texts";

export default {
  title: "First set-up",
} satisfies Texts<typeof zh>;
