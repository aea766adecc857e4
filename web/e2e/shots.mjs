// What `npm run shots` photographs: a name, who is signed in, an address, and what is done there first.
const signIn = (name, password = "Belltower-1") => async (page) => {
  await page.locator("input[autocomplete=username]").first().fill(name);
  await page.locator("input[autocomplete=current-password]").fill(password);
  await page.locator("button[type=submit]").click();
  await page.waitForTimeout(800);
};

/** Brings the desk into a state, and waits until it is drawn. */
const stage = (stage) => async (page) => {
  await page.request.post("/v1/me/state", { data: { to: "sign_in" } });
  await page.request.post("/v1/fake/desk", { data: { stage } });
  const drawn = { idle: ".ant-card", wrap_up: "#summary-disposition" };
  await page.locator(drawn[stage] ?? "text=138 0013 8000").first().waitFor();
};

/** @type {{ name: string, as?: string, path: string, then?: (page: import("@playwright/test").Page, look: { language: string, size: string }) => Promise<void> }[]} */
export const shots = [
  { name: "sign-in", path: "/sign-in" },
  { name: "sign-in-locked", path: "/sign-in", then: signIn("locked") },
  { name: "sign-in-factor", path: "/sign-in", then: signIn("factor") },
  { name: "sign-in-enrol", path: "/sign-in", then: signIn("enrol") },
  { name: "sign-in-codes", path: "/sign-in", then: async (page) => {
    await signIn("enrol")(page);
    await page.locator("input[autocomplete=one-time-code]").fill("123456");
    await page.locator("button[type=submit]").click();
    await page.waitForTimeout(500);
  } },
  { name: "sign-in-password", path: "/sign-in", then: async (page) => {
    await signIn("fresh")(page);
    await page.locator("input[autocomplete=new-password]").first().fill("Bell-t");
  } },
  { name: "desk-idle", as: "alice", path: "/desk", then: stage("idle") },
  { name: "desk-talk", as: "alice", path: "/desk", then: stage("talk") },
  { name: "desk-offer", as: "alice", path: "/desk", then: stage("ringing") },
  { name: "desk-wrap-up", as: "alice", path: "/desk", then: async (page) => {
    await stage("ringing")(page);
    await stage("wrap_up")(page);
    await page.locator("#summary-disposition label").nth(1).click();
    await page.locator("main button.ant-btn-primary").first().click();
  } },
  { name: "pop", as: "alice", path: "/calls", then: stage("ringing") },
  { name: "setup", path: "/setup" },
  { name: "not-me", path: "/not-me?link=k7" },
  { name: "scan", as: "root", path: "/scan/s1" },
  // Without the last stroke it would be the file that checks the console.
  { name: "check", as: "alice", path: "/check/", then: stage("idle") },
  { name: "check-triage", as: "alice", path: "/check/?part=triage", then: stage("idle") },
  { name: "account", as: "root", path: "/account" },
  { name: "tickets", as: "sam", path: "/tickets" },
  { name: "wallboard", as: "sam", path: "/wallboard" },
  { name: "agent", as: "sam", path: "/wallboard", then: async (page) => {
    await page.locator("li[data-tone] button").first().click();
    await page.locator("[role=dialog] section dl").first().waitFor();
  } },
  { name: "calls", as: "sam", path: "/calls" },
  { name: "call", as: "root", path: "/calls/c-1" },
  { name: "call-quality", as: "root", path: "/calls/c-1", then: async (page) => {
    await page.locator("[role=tab][data-node-key=quality], .ant-tabs-tab[data-node-key=quality]").first().click();
    await page.locator("section[aria-label] dl").first().scrollIntoViewIfNeeded();
  } },
  { name: "recordings", as: "sam", path: "/recordings", then: async (page) => {
    await page.locator(".ant-table-row button").first().click();
    await page.waitForTimeout(800);
  } },
  { name: "reports", as: "sam", path: "/reports" },
  { name: "first-run", as: "root", path: "/first-run" },
  { name: "flows", as: "root", path: "/flows" },
  { name: "flow-editor", as: "root", path: "/flows/welcome", then: async (page) => {
    await page.locator(".react-flow__node").filter({ hasText: "menu" }).first().click();
    await page.locator(".react-flow__controls-fitview").click();
    await page.waitForTimeout(600);
  } },
  { name: "prompts", as: "root", path: "/prompts" },
  { name: "lists", as: "root", path: "/lists" },
  { name: "knowledge", as: "root", path: "/knowledge?article=k-1" },
  { name: "scripts", as: "root", path: "/scripts" },
  { name: "screen-pop", as: "root", path: "/pop?unit=2", then: async (page) => {
    await page.locator("main ol button[data-act=down]").first().click();
    await page.locator("main ol button[data-act=remove]").last().click();
  } },
  { name: "config", as: "root", path: "/config" },
  { name: "phones", as: "root", path: "/phones" },
  { name: "phone-sheet", as: "root", path: "/phones/1001", then: async (page) => {
    await page.getByRole("button", { name: /重置密码|Reset password/ }).click();
    await page.locator(".ant-popconfirm .ant-btn-primary").click();
    await page.getByText("k7mq3xw9d2hv8bnf").waitFor();
  } },
  { name: "users", as: "root", path: "/users" },
  { name: "audit", as: "ada", path: "/audit" },
  { name: "health", as: "root", path: "/health" },
];

/** Those that show strangers the product, kept in docs/shots: light, the desk also on a telephone. */
export const shown = ["wallboard", "call", "reports", "recordings"];
