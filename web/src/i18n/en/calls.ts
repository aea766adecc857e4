import type zh from "../zh/calls";
import type { Texts } from "../texts";

export default {
  title: "Call records",
} satisfies Texts<typeof zh>;
