import type zh from "../zh/config";
import type { Texts } from "../texts";

export default {
  title: "Configuration",
} satisfies Texts<typeof zh>;
