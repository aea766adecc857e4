import type zh from "../zh/wallboard";
import type { Texts } from "../texts";

export default {
  title: "Wallboard",
} satisfies Texts<typeof zh>;
