import type zh from "../zh/flows";
import type { Texts } from "../texts";

export default {
  title: "Flows",
} satisfies Texts<typeof zh>;
