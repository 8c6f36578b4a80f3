import { systemClock, type Clock, type MessagingEvents } from '@waybill/messaging';
import { SqsOptionsError } from './sqs.errors.js';

/** What a caller may say. Credentials come from AWS's own chain: environment, profile, container or instance role. */
export interface SqsOptions {
  /** Another server than AWS's own, such as `http://127.0.0.1:4566`. Default: `AWS_ENDPOINT_URL`, else AWS. */
  readonly endpoint?: string;
  /** Default `AWS_REGION`, else `ap-northeast-1`. */
  readonly region?: string;
  /** Default: AWS's own chain, which begins with `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Told of lost and regained servers and of failed hops; default nobody. */
  readonly events?: MessagingEvents;
  readonly clock?: Clock;
  /**
   * How long a received message stays ours without a word from us, 1 to 43,200; renewed three times within it for as long
   * as the message is held. Default 120 s.
   */
  readonly visibilitySeconds?: number;
  /** Longest wait of one receive, 0 to 20. Default 20 s. */
  readonly waitSeconds?: number;
  /** Longest life of one `publish`; what is unsettled then is `unknown`. Default 30,000 ms. */
  readonly publishTimeoutMs?: number;
}

export type NormalSqsOptions = Required<Omit<SqsOptions, 'endpoint' | 'credentials'>> &
  Pick<SqsOptions, 'endpoint' | 'credentials'> & {
    /** Longest life of one request; a receive may wait `waitSeconds` longer. */
    readonly requestTimeoutMs: number;
    readonly firstBackoffMs: number;
    readonly longestBackoffMs: number;
  };

const silent: MessagingEvents = { emit: () => undefined };

/** The one place with defaults. */
export function normalise(options: SqsOptions): NormalSqsOptions {
  const problems = problemsOf(options);
  if (problems.length > 0) throw new SqsOptionsError(problems);
  return {
    region: process.env['AWS_REGION'] ?? 'ap-northeast-1',
    events: silent,
    clock: systemClock,
    visibilitySeconds: 120,
    waitSeconds: 20,
    publishTimeoutMs: 30_000,
    ...options,
    requestTimeoutMs: 5_000,
    firstBackoffMs: 100,
    longestBackoffMs: 5_000,
  };
}

function problemsOf({
  endpoint,
  region,
  visibilitySeconds = 120,
  waitSeconds = 20,
  publishTimeoutMs = 30_000,
}: SqsOptions): string[] {
  const rules: [broken: boolean, problem: string][] = [
    [
      endpoint !== undefined && !/^https?:\/\//.test(endpoint),
      'endpoint: must begin with http:// or https://',
    ],
    [region === '', 'region: must not be empty'],
    [!(visibilitySeconds >= 1 && visibilitySeconds <= 43_200), 'visibilitySeconds: must be 1 to 43200'],
    [!(waitSeconds >= 0 && waitSeconds <= 20), 'waitSeconds: must be 0 to 20'],
    [!(publishTimeoutMs > 0), 'publishTimeoutMs: must be above 0'],
  ];
  return rules.filter(([broken]) => broken).map(([, problem]) => problem);
}
