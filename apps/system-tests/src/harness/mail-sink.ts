interface Mail {
  readonly MessageID: string;
  readonly Subject: string;
}

/** What customers have been sent, as their mailboxes see it. */
export class MailSink {
  private readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  /** Message-IDs by order; copies of a mail are there twice. */
  async byOrder(): Promise<ReadonlyMap<string, readonly string[]>> {
    const response = await fetch(`${this.url}/api/v1/messages?limit=1000000`);
    const { messages } = (await response.json()) as { messages: readonly Mail[] };
    const found = Map.groupBy(messages, ({ Subject }) => /Your order (\S+)/.exec(Subject)?.[1] ?? '');
    return new Map(
      [...found].map(([orderId, mails]) => [orderId, mails.map(({ MessageID }) => MessageID)] as const),
    );
  }

  async of(orderId: string): Promise<readonly string[]> {
    return (await this.byOrder()).get(orderId) ?? [];
  }
}
