import type zh from "../zh/audit";
import type { Texts } from "../texts";

export default {
  title: "Audit log",
} satisfies Texts<typeof zh>;
