import type zh from "../zh/call";
import type { Texts } from "../texts";

export default {
  title: "Call",
} satisfies Texts<typeof zh>;
