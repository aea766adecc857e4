import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
  type ErrorComponentProps,
} from "@tanstack/react-router";
import { meQuery, may } from "~/api/me";
import { isProblem, Problem } from "~/api/problem";
import { loadTexts, type TextPage } from "~/i18n";
import { Failure, Loading } from "~/ui";
import { needsOf, startOf, type PageName } from "./navigation";
import { NotFound } from "./NotFound";

interface Context {
  queries: QueryClient;
}

const root = createRootRouteWithContext<Context>()({ component: Outlet, notFoundComponent: NotFound });

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: (search: Record<string, unknown>): { to?: string; failed?: string; ticket?: string; methods?: string } => ({
    ...(typeof search["to"] === "string" && /^\/(?!\/)/.test(search["to"]) && { to: search["to"] }),
    // What a single sign-on came back with.
    ...(typeof search["failed"] === "string" && { failed: search["failed"].slice(0, 60) }),
    ...(typeof search["ticket"] === "string" && { ticket: search["ticket"] }),
    ...(typeof search["methods"] === "string" && { methods: search["methods"] }),
  }),
  loader: () => loadTexts("signIn"),
  component: lazyRouteComponent(() => import("~/pages/sign-in")),
});

const notMe = createRoute({
  getParentRoute: () => root,
  path: "/not-me",
  validateSearch: (search: Record<string, unknown>): { link?: string } => (typeof search["link"] === "string" || typeof search["link"] === "number" ? { link: String(search["link"]) } : {}),
  loader: () => loadTexts("signIn"),
  component: lazyRouteComponent(() => import("~/pages/not-me")),
});

const setup = createRoute({
  getParentRoute: () => root,
  path: "/setup",
  loader: () => loadTexts("setup", "signIn"),
  component: lazyRouteComponent(() => import("~/pages/setup")),
});

/** Everything that asks for a session. */
const shell = createRoute({
  getParentRoute: () => root,
  id: "shell",
  beforeLoad: async ({ context, location }) => {
    try {
      return { me: await context.queries.ensureQueryData(meQuery) };
    } catch (thrown) {
      if (isProblem(thrown, "not_signed_in")) throw redirect({ to: "/sign-in", search: { to: location.href } });
      throw thrown;
    }
  },
  component: lazyRouteComponent(() => import("./Shell"), "Shell"),
});

const start = createRoute({
  getParentRoute: () => shell,
  path: "/",
  beforeLoad: ({ context }) => {
    throw redirect({ to: startOf(context.me) });
  },
});

const account = createRoute({
  getParentRoute: () => shell,
  path: "/account",
  loader: () => loadTexts("account", "signIn"),
  component: lazyRouteComponent(() => import("~/pages/account")),
});

const scan = createRoute({ getParentRoute: () => shell, path: "/scan/$scan", loader: () => loadTexts("account"), component: lazyRouteComponent(() => import("~/pages/scan")) });

// Refuses a page to those who may not see it, and loads its texts.
function page(name: PageName, ...texts: TextPage[]) {
  return {
    beforeLoad: ({ context }: { context: { me: Parameters<typeof may>[0] } }) => {
      if (!needsOf(name).some((need) => may(context.me, need))) throw new Problem({ status: 403, code: "forbidden" });
    },
    loader: () => loadTexts("floor", ...texts),
  };
}

const desk = createRoute({ getParentRoute: () => shell, path: "/desk", ...page("desk", "desk", "work"), component: lazyRouteComponent(() => import("~/pages/desk")) });
const check = createRoute({ getParentRoute: () => shell, path: "/check", loader: () => loadTexts("check", "desk"), component: lazyRouteComponent(() => import("~/pages/check")) });
const wallboard = createRoute({ getParentRoute: () => shell, path: "/wallboard", ...page("wallboard", "wallboard", "phones"), component: lazyRouteComponent(() => import("~/pages/wallboard")) });
const calls = createRoute({ getParentRoute: () => shell, path: "/calls", ...page("calls", "calls"), component: lazyRouteComponent(() => import("~/pages/calls")) });
const call = createRoute({ getParentRoute: () => shell, path: "/calls/$call", ...page("calls", "call", "wallboard", "work"), component: lazyRouteComponent(() => import("~/pages/call")) });
const tickets = createRoute({ getParentRoute: () => shell, path: "/tickets", ...page("tickets", "work"), component: lazyRouteComponent(() => import("~/pages/tickets")) });
const recordings = createRoute({ getParentRoute: () => shell, path: "/recordings", ...page("recordings", "recordings", "approvals", "calls", "call"), component: lazyRouteComponent(() => import("~/pages/recordings")) });
const reports = createRoute({ getParentRoute: () => shell, path: "/reports", ...page("reports", "reports", "wallboard"), component: lazyRouteComponent(() => import("~/pages/reports")) });
const firstRun = createRoute({ getParentRoute: () => shell, path: "/first-run", ...page("first-run", "firstRun"), component: lazyRouteComponent(() => import("~/pages/first-run")) });
const flows = createRoute({ getParentRoute: () => shell, path: "/flows", ...page("flows", "flows"), component: lazyRouteComponent(() => import("~/pages/flows")) });
const flow = createRoute({ getParentRoute: () => shell, path: "/flows/$flow", ...page("flows", "flows"), component: lazyRouteComponent(() => import("~/pages/flows"), "FlowPage") });
const prompts = createRoute({ getParentRoute: () => shell, path: "/prompts", ...page("prompts", "prompts"), component: lazyRouteComponent(() => import("~/pages/prompts")) });
const knowledge = createRoute({ getParentRoute: () => shell, path: "/knowledge", ...page("knowledge", "knowledge"), component: lazyRouteComponent(() => import("~/pages/knowledge")) });
const scripts = createRoute({ getParentRoute: () => shell, path: "/scripts", ...page("scripts", "scripts", "work"), component: lazyRouteComponent(() => import("~/pages/scripts")) });
const pop = createRoute({ getParentRoute: () => shell, path: "/pop", ...page("pop", "pop", "work"), component: lazyRouteComponent(() => import("~/pages/pop")) });
const lists = createRoute({ getParentRoute: () => shell, path: "/lists", ...page("lists", "lists"), component: lazyRouteComponent(() => import("~/pages/lists")) });
const config = createRoute({ getParentRoute: () => shell, path: "/config", ...page("config", "config"), component: lazyRouteComponent(() => import("~/pages/config")) });
const configPart = createRoute({ getParentRoute: () => shell, path: "/config/$part", ...page("config", "config"), component: lazyRouteComponent(() => import("~/pages/config")) });
const phones = createRoute({ getParentRoute: () => shell, path: "/phones", ...page("phones", "phones"), component: lazyRouteComponent(() => import("~/pages/phones")) });
const sheet = createRoute({ getParentRoute: () => shell, path: "/phones/$phone", ...page("phones", "phones"), component: lazyRouteComponent(() => import("~/pages/phones"), "SheetPage") });
const users = createRoute({ getParentRoute: () => shell, path: "/users", ...page("users", "users", "approvals"), component: lazyRouteComponent(() => import("~/pages/users")) });
const audit = createRoute({ getParentRoute: () => shell, path: "/audit", ...page("audit", "audit"), component: lazyRouteComponent(() => import("~/pages/audit")) });
const health = createRoute({ getParentRoute: () => shell, path: "/health", ...page("health", "health"), component: lazyRouteComponent(() => import("~/pages/health")) });

const tree = root.addChildren([
  signIn,
  setup,
  notMe,
  shell.addChildren([start, account, scan, desk, check, wallboard, calls, call, tickets, recordings, reports, firstRun, flows, flow, prompts, knowledge, scripts, pop, lists, config, configPart, phones, sheet, users, audit, health]),
]);

function RouteFailure({ error, reset }: ErrorComponentProps) {
  return <Failure error={error} retry={isProblem(error, "forbidden") ? undefined : reset} />;
}

/** The console's addresses. */
export function makeRouter(queries: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { queries },
    defaultPreload: "intent",
    defaultPendingComponent: Loading,
    defaultPendingMs: 300,
    defaultErrorComponent: RouteFailure,
    defaultNotFoundComponent: NotFound,
    scrollRestoration: true,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
