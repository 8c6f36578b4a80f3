/** One field of a request that breaks a rule. `field` is a path such as `lines.0.quantity`, or a header's name. */
export interface FieldError {
  readonly field: string;
  readonly rule: string;
  readonly message: string;
}

/** What an RFC 9457 answer says; `instance` and `requestId` are added when it is sent. */
export interface ProblemFields {
  readonly status: number;
  /** The same for every occurrence, such as `Idempotency key reused`. */
  readonly title: string;
  /** This occurrence, for a person. */
  readonly detail?: string;
  /** A URI that names the kind of problem; `about:blank` unless given. */
  readonly type?: string;
  readonly errors?: readonly FieldError[];
  /** Sent along, such as `Retry-After`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Thrown by controllers, and only by them, to answer with `application/problem+json`. */
export class Problem extends Error {
  constructor(
    readonly fields: ProblemFields,
    options?: ErrorOptions,
  ) {
    super(fields.detail ?? fields.title, options);
    this.name = 'Problem';
  }
}

/** `throw problem({ status: 404, title: 'No such order' })` */
export const problem = (fields: ProblemFields, options?: ErrorOptions): Problem =>
  new Problem(fields, options);
