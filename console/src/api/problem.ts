import type { Problem } from './types';

/** Every failure of a call, as an RFC 9457 problem: also those that never reached the node. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail ?? problem.title);
    this.name = 'ProblemError';
    this.problem = problem;
  }
}

/** Reads the answer's problem; an answer that holds none (a proxy's page, say) becomes one that keeps status and request id. */
export async function problemOf(answer: Response): Promise<Problem> {
  const requestId = answer.headers.get('x-request-id') ?? undefined;
  const bare: Problem = {
    type: 'about:blank',
    title: answer.statusText || `HTTP ${answer.status}`,
    status: answer.status,
    code: 'unreadable_answer',
    request_id: requestId,
  };
  if (!/^application\/(problem\+)?json/.test(answer.headers.get('content-type') ?? '')) return bare;
  const body: unknown = await answer.json().catch(() => null);
  return typeof body === 'object' && body !== null ? { ...bare, ...(body as Partial<Problem>) } : bare;
}

/** The node could not be reached at all. */
export function unreachable(cause: unknown): ProblemError {
  const detail = cause instanceof Error ? cause.message : String(cause);
  return new ProblemError({ type: 'about:blank', title: '', status: 0, code: 'node_unreachable', detail });
}

/** Something the console itself can tell before it asks the node; the catalogue has its words under `problem.<code>`. */
export function localProblem(code: string, detail?: string): ProblemError {
  return new ProblemError({ type: 'about:blank', title: code, status: 0, code, detail });
}

/** Anything thrown, as a problem to show. */
export function asProblem(thrown: unknown): Problem {
  if (thrown instanceof ProblemError) return thrown.problem;
  const detail = thrown instanceof Error ? thrown.message : String(thrown);
  return { type: 'about:blank', title: '', status: 0, code: 'console_fault', detail };
}

/** A call given up because its page went away: nobody needs to hear of it. */
export function isAbort(thrown: unknown): boolean {
  return thrown instanceof DOMException && thrown.name === 'AbortError';
}
