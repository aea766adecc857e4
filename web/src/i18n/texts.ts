// One line for each page. Keys are typed from the Chinese texts; `texts` makes the English ones complete.

/** The same keys as `Zh`, any words; languages with a singular may add `…_one`. */
export type Texts<Zh> = { [Key in keyof Zh]: Zh[Key] extends string ? string : Texts<Zh[Key]> } & { [plural: `${string}_one`]: string };

export interface TextsByPage {
  app: typeof import("./zh/app").default;
  account: typeof import("./zh/account").default;
  approvals: typeof import("./zh/approvals").default;
  audit: typeof import("./zh/audit").default;
  call: typeof import("./zh/call").default;
  calls: typeof import("./zh/calls").default;
  check: typeof import("./zh/check").default;
  config: typeof import("./zh/config").default;
  desk: typeof import("./zh/desk").default;
  firstRun: typeof import("./zh/firstRun").default;
  floor: typeof import("./zh/floor").default;
  flows: typeof import("./zh/flows").default;
  health: typeof import("./zh/health").default;
  knowledge: typeof import("./zh/knowledge").default;
  lists: typeof import("./zh/lists").default;
  pop: typeof import("./zh/pop").default;
  phones: typeof import("./zh/phones").default;
  prompts: typeof import("./zh/prompts").default;
  recordings: typeof import("./zh/recordings").default;
  reports: typeof import("./zh/reports").default;
  scripts: typeof import("./zh/scripts").default;
  setup: typeof import("./zh/setup").default;
  signIn: typeof import("./zh/signIn").default;
  shortcuts: typeof import("./zh/shortcuts").default;
  users: typeof import("./zh/users").default;
  work: typeof import("./zh/work").default;
  wallboard: typeof import("./zh/wallboard").default;
}
