import { deskOf } from "./live.ts";
import { ok, type Route } from "./server.ts";

export const agentRoutes: Route[] = [["GET", "/me/desk", ({ me }) => ok(deskOf(me))]];
