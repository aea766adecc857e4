import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer, type WebSocket } from "ws";
import { lists } from "../../src/api/offers.ts";
import type { Me } from "../../src/api/types.ts";
import { agentRoutes } from "./agent.ts";
import { approvalRoutes } from "./approvals.ts";
import { firstRunRoutes } from "./firstRun.ts";
import { flowRoutes } from "./flows.ts";
import { floorRoutes } from "./floor.ts";
import { layoutRoutes } from "./layouts.ts";
import { firstOf } from "./live.ts";
import { manageRoutes } from "./manage.ts";
import { phoneRoutes } from "./phones.ts";
import { recordRoutes } from "./records.ts";
import { reportRoutes } from "./reports.ts";
import { securityRoutes } from "./security.ts";
import { sessionRoutes } from "./session.ts";
import { workRoutes } from "./work.ts";

// A server for the console's own tests and for work on its pages. It speaks the contract and decides nothing:
// what a page does with a real call is shown against the real binary.

/** A request as handlers see it. */
export interface Asked {
  params: Record<string, string>;
  query: URLSearchParams;
  body: Record<string, unknown>;
  me: Me | null;
  request: IncomingMessage;
  response: ServerResponse;
}

/** An answer: a status and JSON, or nothing if the handler has written by itself. */
export type Answer = { status: number; body?: unknown } | undefined;
export type Route = [method: string, path: string, handler: (asked: Asked) => Answer | Promise<Answer>];

export const ok = (body: unknown): Answer => ({ status: 200, body });
export const none: Answer = { status: 204 };
/** It has begun. */
export const begun: Answer = { status: 202 };
export const refuse = (status: number, code: string, detail: string, more: object = {}): Answer => ({
  status,
  body: { type: "about:blank", title: code, status, code, detail, ...more },
});

// For tests: from now on this session is offered these paths only.
const fakeRoutes: Route[] = [
  ["POST", "/fake/offers", ({ me, body }) => {
    if (me) me.offers = body["offers"] as string[];
    return none;
  }],
];

/** Add the routes of an area here. */
const routes: Route[] = [...sessionRoutes, ...agentRoutes, ...workRoutes, ...floorRoutes, ...recordRoutes, ...approvalRoutes, ...firstRunRoutes, ...flowRoutes, ...reportRoutes, ...manageRoutes, ...layoutRoutes, ...phoneRoutes, ...securityRoutes, ...fakeRoutes];

const matchers = routes.map(([method, path, handler]) => {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "");
  return { method, path, handler, names, pattern: new RegExp(`^/v1${path.replace(/\{\w+\}/g, "([^/]+)")}$`) };
});

/** Answers /v1; false if the request is for somebody else. */
export async function answer(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
  const url = new URL(request.url ?? "/", "http://fake");
  if (!url.pathname.startsWith("/v1/")) return false;
  for (const { method, path, handler, names, pattern } of matchers) {
    const match = method === request.method ? pattern.exec(url.pathname) : null;
    if (!match) continue;
    const params = Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(match[index + 1] ?? "")]));
    const me = sessionOf(request);
    const open = /^\/v1\/session(\/|$)/.test(url.pathname) || url.pathname === "/v1/setup";
    const asked: Asked = { params, query: url.searchParams, body: await bodyOf(request), me, request, response };
    // A session that is told what is offered gets nothing else.
    if (me?.offers && !lists(me.offers, `/v1${path}`) && !path.startsWith("/fake/")) break;
    const said = me || open ? await handler(asked) : refuse(401, "not_signed_in", "请先登录");
    if (said) send(response, said);
    return true;
  }
  send(response, refuse(404, "not_found", "没有找到") as { status: number });
  return true;
}

const sessions = new Map<string, Me>();

export function openSession(me: Me, response: ServerResponse): void {
  const id = Math.random().toString(36).slice(2);
  sessions.set(id, { ...me });
  response.setHeader("Set-Cookie", `bell_session=${id}; Path=/; HttpOnly; SameSite=Strict`);
}

export function closeSession(request: IncomingMessage): void {
  sessions.delete(cookieOf(request));
}

function sessionOf(request: IncomingMessage): Me | null {
  return sessions.get(cookieOf(request)) ?? null;
}

function cookieOf(request: IncomingMessage): string {
  return /bell_session=(\w+)/.exec(request.headers.cookie ?? "")?.[1] ?? "";
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  try {
    return JSON.parse(text || "{}") as Record<string, unknown>;
  } catch {
    return {};
  }
}

function send(response: ServerResponse, said: { status: number; body?: unknown }): void {
  const type = said.status >= 400 ? "application/problem+json" : "application/json";
  response.writeHead(said.status, said.body === undefined ? {} : { "Content-Type": type });
  response.end(said.body === undefined ? undefined : JSON.stringify(said.body));
}

/** Everybody who listens to /v1/events. */
const viewers = new Map<WebSocket, Me>();
let seq = 1;

/** Sends an event to those `to` picks, with the next number. */
export function tell(event: Record<string, unknown>, to: (me: Me) => boolean = () => true): void {
  seq += 1;
  for (const [socket, me] of viewers) if (to(me)) socket.send(JSON.stringify({ ...event, seq, at: new Date().toISOString() }));
}

const sockets = new WebSocketServer({ noServer: true });

/** Takes /v1/events. */
export function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
  if (request.url?.split("?")[0] !== "/v1/events") return;
  const me = sessionOf(request);
  if (!me) return void socket.end("HTTP/1.1 401 Unauthorized\r\n\r\n");
  sockets.handleUpgrade(request, socket, head, (viewer) => {
    viewers.set(viewer, me);
    viewer.on("close", () => viewers.delete(viewer));
    viewer.send(JSON.stringify({ kind: "snapshot", seq, ...firstOf(me) }));
  });
}
