/** A message as any program on the broker sees it. */
export interface SeenMessage {
  /** Topic, or routing key. */
  readonly address: string;
  readonly id: string;
  readonly type: string;
  readonly orderId: string;
  readonly traceId: string | undefined;
}

/** W3C: version-traceid-parentid-flags. */
export const traceIdOf = (traceparent: unknown): string | undefined =>
  traceparent === undefined ? undefined : String(traceparent).split('-')[1];

/** Poison is expected here, and belongs to no order. */
export function orderIdIn(body: Uint8Array | null): string {
  try {
    return String((JSON.parse(String(body)) as { orderId?: unknown } | null)?.orderId ?? '');
  } catch {
    return '';
  }
}
