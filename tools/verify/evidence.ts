/** What the databases and brokers themselves say; nothing here was asked of a service. */
export interface Evidence {
  /** Set when only one run's orders are judged: the ids that were accepted. */
  accepted?: ReadonlySet<string>;
  orders: OrderRow[];
  captures: Capture[];
  shelf: ShelfRow[];
  topics: TopicMessage[];
  auditLog: AuditEntry[];
  /** Absent when nobody said where the mails are. */
  mails?: SentMail[];
}

export interface OrderRow {
  orderId: string;
  status: string;
  totalCents: number;
  /** The customer said where to write to. */
  hasEmail: boolean;
  /** Its customer asked to cancel it. */
  cancelRequested?: boolean;
  /** It was confirmed, and is given back. */
  refunded?: boolean;
  /** Its customer's address was erased: whether a mail was due can no longer be told. */
  erased: boolean;
}

/** Money that the payment provider took. */
export interface Capture {
  orderId: string;
  amountCents: number;
  /** Given back, all of it. */
  refunded?: boolean;
}

export interface ShelfRow {
  sku: string;
  /** Everything ever put in. */
  stocked: number;
  onHand: number;
  reserved: number;
  /** Quantity on the lines of confirmed orders that are not given back. */
  confirmed: number;
  /** Quantity on the lines of pending orders that hold a reservation. */
  held: number;
}

export interface TopicMessage {
  topic: string;
  partition: number;
  offset: bigint;
  key: string;
  id: string;
  type: string;
  orderId: string;
}

export interface AuditEntry {
  /** Place in the chain. */
  n: number;
  messageId: string;
}

/** A mail about an order, as the mail server took it. */
export interface SentMail {
  orderId: string;
  messageId: string;
  /** As the attached invoice says; nothing where it says none. */
  invoicedCents?: number;
}
