import type zh from "../zh/setup";
import type { Texts } from "../texts";

export default {
  title: "First set-up",
  hint: "Name your company and create the first administrator.",
  company: "Company",
  companyRequired: "Enter the company's name",
  name: "Administrator's user name",
  nameHint: "For signing in, such as admin",
  nameRequired: "Enter a user name",
  code: "One-time code printed at the start",
  codeHint: "You are not on the server itself, so the code is needed that the program printed when it started.",
  codeRequired: "Enter the code",
  submit: "Create the administrator",
  already: "The first set-up is done",
  signIn: "Sign in",
  elsewhere: "Do the first set-up at the administration address",
  elsewhereHint: "This address is for agents. Open the administration address that the program printed when it started (127.0.0.1:8081 on the server itself unless changed).",
  next: {
    title: "The administrator is there",
    hint: "Five steps lead to your first call. Each may be left out and taken up later.",
    goOn: "Begin",
    start: "Open the console",
  },
} satisfies Texts<typeof zh>;
