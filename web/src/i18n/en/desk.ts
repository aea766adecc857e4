import type zh from "../zh/desk";
import type { Texts } from "../texts";

export default {
  title: "Agent desk",
} satisfies Texts<typeof zh>;
