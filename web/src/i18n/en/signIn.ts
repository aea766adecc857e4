import type zh from "../zh/signIn";
import type { Texts } from "../texts";

export default {
  title: "Sign in",
  name: "User name",
  password: "Password",
  submit: "Sign in",
} satisfies Texts<typeof zh>;
