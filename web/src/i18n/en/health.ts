import type zh from "../zh/health";
import type { Texts } from "../texts";

export default {
  title: "Health",
} satisfies Texts<typeof zh>;
