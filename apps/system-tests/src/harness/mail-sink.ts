interface Mail {
  readonly ID: string;
  readonly MessageID: string;
  readonly Subject: string;
}

interface Part {
  readonly PartID: string;
}

/** What customers have been sent, as their mailboxes see it. */
export class MailSink {
  private readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  /** Message-IDs by order; copies of a mail are there twice. */
  async byOrder(): Promise<ReadonlyMap<string, readonly string[]>> {
    const found = Map.groupBy(
      await this.list(),
      ({ Subject }) => /Your order (\S+)/.exec(Subject)?.[1] ?? '',
    );
    return new Map(
      [...found].map(([orderId, mails]) => [orderId, mails.map(({ MessageID }) => MessageID)] as const),
    );
  }

  async of(orderId: string): Promise<readonly string[]> {
    return (await this.byOrder()).get(orderId) ?? [];
  }

  /** The images that stand in the only mail about an order, as they came. */
  async imagesOf(orderId: string): Promise<readonly Buffer[]> {
    const [mail, ...others] = (await this.list()).filter(({ Subject }) => Subject.includes(orderId));
    if (!mail || others.length > 0) throw new Error(`not one mail about ${orderId}`);
    const { Inline } = (await this.ask(`/api/v1/message/${mail.ID}`)) as { Inline: readonly Part[] };
    return Promise.all(Inline.map(({ PartID }) => this.part(mail.ID, PartID)));
  }

  private async list(): Promise<readonly Mail[]> {
    const { messages } = (await this.ask('/api/v1/messages?limit=1000000')) as { messages: readonly Mail[] };
    return messages;
  }

  private async part(id: string, part: string): Promise<Buffer> {
    const response = await fetch(`${this.url}/api/v1/message/${id}/part/${part}`);
    return Buffer.from(await response.arrayBuffer());
  }

  private async ask(path: string): Promise<unknown> {
    return (await fetch(this.url + path)).json();
  }
}
