import type zh from "../zh/recordings";
import type { Texts } from "../texts";

export default {
  title: "Recordings",
} satisfies Texts<typeof zh>;
