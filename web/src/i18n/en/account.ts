import type zh from "../zh/account";
import type { Texts } from "../texts";

export default {
  title: "My account",
} satisfies Texts<typeof zh>;
