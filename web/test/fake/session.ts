import { people } from "./people.ts";
import { closeSession, none, ok, openSession, refuse, type Route } from "./server.ts";

export const sessionRoutes: Route[] = [
  [
    "POST",
    "/session",
    ({ body, response }) => {
      const me = people[String(body["name"])];
      if (!me || body["password"] !== "Belltower-1") return refuse(401, "login_refused", "用户名或密码不正确，还可以尝试 4 次。", { attempts_left: 4 });
      openSession(me, response);
      return ok({ state: "signed_in", me });
    },
  ],
  [
    "DELETE",
    "/session",
    ({ request }) => {
      closeSession(request);
      return none;
    },
  ],
  ["GET", "/me", ({ me }) => ok(me)],
  ["GET", "/setup", () => ok({ needed: false })],
];
