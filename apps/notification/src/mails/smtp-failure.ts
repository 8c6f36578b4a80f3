import { FatalError, InfrastructureError, RetryableError, type MessagingError } from '@waybill/messaging';

/** Parts of what nodemailer throws. */
interface SmtpError extends Error {
  readonly code?: string;
  /** SMTP's own, when the server has answered. */
  readonly responseCode?: number;
}

/** The server could not be reached, hung up or took too long: it says nothing about the mail. */
const unreachable = new Set(['ECONNECTION', 'ETIMEDOUT', 'ESOCKET', 'EDNS', 'ETLS', 'EAUTH']);

/**
 * SMTP's own distinction: 4xx is worth another try, 5xx never. Without an answer nobody knows whether the mail was taken,
 * and it is sent again under the same Message-ID.
 */
export function smtpFailure(error: unknown): MessagingError {
  const { code, responseCode = 0, message } = error as SmtpError;
  const because = `SMTP: ${message}`;
  if (code && unreachable.has(code)) return new InfrastructureError(because, { cause: error });
  if (responseCode >= 500) return new FatalError(because, { cause: error });
  return new RetryableError(because, { cause: error });
}
