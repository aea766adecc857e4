import { note } from "~/app/log";
import { aheadOf, useAnswered, useClock } from "./clock";
import { offeredBy } from "./offers";
import { Problem, type ProblemBody } from "./problem";

/** How long an answer may take before the request is given up. */
const ANSWER_MS_MAX = 15_000;

export type Query = Record<string, string | number | boolean | null | undefined>;

interface Options {
  query?: Query;
  body?: unknown;
  signal?: AbortSignal;
  /** Makes a repeated mutation harmless. */
  idempotencyKey?: string;
  timeoutMs?: number;
  /** The answer is a file. */
  blob?: boolean;
}

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

interface Hooks {
  /** Which language answers come in. */
  language: () => string;
  /** What happens when the session is over. */
  onSignedOut: () => void;
  /** The paths that are served where one is signed in; undefined before that is known. */
  offers?: () => readonly string[] | undefined;
}

let hooks: Hooks = { language: () => "zh-CN", onSignedOut: () => {} };

/** Connects the client with the console around it. */
export function connectClient(to: Hooks): void {
  hooks = to;
}

let known: { offers: readonly string[]; offered: (path: string) => boolean } | null = null;

// What a server does not offer is not asked for: the answer would be 404, and so it is.
function refuseUnoffered(path: string): void {
  const offers = hooks.offers?.();
  if (!offers) return;
  if (known?.offers !== offers) known = { offers, offered: offeredBy(offers) };
  if (!known.offered(`/v1${path}`)) throw new Problem({ status: 404, code: "not_found" });
}

/** The address of something below /v1 with its query; values that are null or undefined are left out. */
export function address(path: string, query: Query = {}): string {
  const entries = Object.entries(query).flatMap(([name, value]) => (value == null || value === "" ? [] : [[name, String(value)]]));
  const text = new URLSearchParams(entries).toString();
  return `/v1${path}${text ? `?${text}` : ""}`;
}

async function request<Answer>(method: Method, path: string, options: Options): Promise<Answer> {
  refuseUnoffered(path);
  const response = await send(method, path, options);
  if (response.status !== 401) useAnswered.setState({ at: Date.now() });
  if (response.ok) return (isEmpty(response) ? undefined : options.blob ? await response.blob() : await readJson(response)) as Answer;
  const problem = await readProblem(response);
  note(`${method} ${pathOnly(path)} ${problem.status} ${problem.code}`);
  if (problem.code === "not_signed_in") hooks.onSignedOut();
  throw problem;
}

async function send(method: Method, path: string, options: Options): Promise<Response> {
  const headers: Record<string, string> = { Accept: "application/json", "Accept-Language": hooks.language() };
  // A file goes as it is.
  const file = options.body instanceof Blob ? options.body : null;
  if (options.body !== undefined) headers["Content-Type"] = file ? file.type || "application/octet-stream" : "application/json";
  if (options.idempotencyKey) headers["Idempotency-Key"] = options.idempotencyKey;
  const began = performance.now();
  const deadline = AbortSignal.timeout(options.timeoutMs ?? ANSWER_MS_MAX);
  try {
    const response = await fetch(address(path, options.query), {
      method,
      headers,
      body: file ?? (options.body === undefined ? undefined : JSON.stringify(options.body)),
      credentials: "same-origin",
      signal: options.signal ? AbortSignal.any([options.signal, deadline]) : deadline,
    });
    const aheadMs = aheadOf(response.headers.get("Date"), Date.now(), performance.now() - began);
    if (aheadMs !== null) useClock.setState({ aheadMs });
    return response;
  } catch (cause) {
    if (options.signal?.aborted) throw cause;
    note(`${method} ${pathOnly(path)} ${deadline.aborted ? "timed_out" : "network_lost"}`);
    throw new Problem({ status: 0, code: deadline.aborted ? "timed_out" : "network_lost" }, { cause });
  }
}

// Numbers of customers stand in paths.
const pathOnly = (path: string) => path.replace(/\d{5,}/g, "…");

/** What is done, or begun, may be said without a body. */
const isEmpty = ({ status, headers }: Response) => status === 204 || (status === 202 && !headers.get("Content-Type"));

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (cause) {
    throw new Problem({ status: response.status, code: "unreadable_answer" }, { cause });
  }
}

async function readProblem(response: Response): Promise<Problem> {
  const fallback: ProblemBody = { status: response.status, code: response.status >= 500 ? "server_failed" : `status_${response.status}` };
  if (!response.headers.get("Content-Type")?.includes("json")) return new Problem(fallback);
  const body = (await response.json().catch(() => ({}))) as Partial<ProblemBody>;
  return new Problem({ ...fallback, ...body, status: response.status });
}

/** Requests to the server. Each throws a `Problem` and nothing else, except when its own signal ended it. */
export const api = {
  get: <Answer>(path: string, query?: Query, signal?: AbortSignal, timeoutMs?: number) => request<Answer>("GET", path, { query, signal, timeoutMs }),
  post: <Answer>(path: string, body?: unknown, options: Options = {}) => request<Answer>("POST", path, { ...options, body: body ?? {} }),
  put: <Answer>(path: string, body: unknown, options: Options = {}) => request<Answer>("PUT", path, { ...options, body }),
  patch: <Answer>(path: string, body: unknown, options: Options = {}) => request<Answer>("PATCH", path, { ...options, body }),
  delete: <Answer>(path: string, options: Options = {}) => request<Answer>("DELETE", path, options),
};
