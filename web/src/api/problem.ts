/** A field of a form, and what is wrong with it. */
export interface FieldProblem {
  field: string;
  problem: string;
}

/** The body of a refusal (RFC 9457) and what we add to it. */
export interface ProblemBody {
  status: number;
  /** Stable, for programs: `login_refused`. */
  code: string;
  title?: string;
  /** What happened, in the reader's language. */
  detail?: string;
  /** What to do about it, in the reader's language. */
  remedy?: string;
  fields?: FieldProblem[];
  /** What a code adds, such as `attempts_left`. */
  [more: string]: unknown;
}

/** A request that was refused, or that never arrived. Codes of our own: `network_lost`, `timed_out`, `unreadable_answer`. */
export class Problem extends Error {
  readonly body: ProblemBody;

  constructor(body: ProblemBody, options?: ErrorOptions) {
    super(body.detail ?? body.title ?? body.code, options);
    this.name = "Problem";
    this.body = body;
  }

  get code(): string {
    return this.body.code;
  }

  get status(): number {
    return this.body.status;
  }

  get detail(): string | undefined {
    return this.body.detail ?? this.body.title;
  }

  get remedy(): string | undefined {
    return this.body.remedy;
  }

  get fields(): FieldProblem[] {
    return this.body.fields ?? [];
  }

  /** Whether the same request may succeed a moment later. */
  get passing(): boolean {
    return this.code === "network_lost" || this.code === "timed_out" || this.status === 502 || this.status === 503 || this.status === 504;
  }
}

/** Whether something thrown is a refusal with this code. */
export function isProblem(thrown: unknown, code?: string): thrown is Problem {
  return thrown instanceof Problem && (code === undefined || thrown.code === code);
}

/** What a request brings; null where there is nothing. */
export async function orNone<Data>(request: Promise<Data>): Promise<Data | null> {
  try {
    return await request;
  } catch (thrown) {
    if (isProblem(thrown) && thrown.status === 404) return null;
    throw thrown;
  }
}
