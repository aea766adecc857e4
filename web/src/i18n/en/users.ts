import type zh from "../zh/users";
import type { Texts } from "../texts";

export default {
  title: "Users",
} satisfies Texts<typeof zh>;
