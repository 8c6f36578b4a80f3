import { Inject, Injectable, Logger } from '@nestjs/common';
import { DATABASE, type PrismaDatabase } from '@waybill/service-kit';
import type { Head } from '../chain/entry.js';
import { HeadsTopic } from './heads-topic.js';

/** The end of the chain, and beside it what the table holds where the last published head was: one snapshot. */
const headSql = `
  SELECT head.n, head.hash, link.hash AS "publishedPlace"
  FROM audit_head AS head LEFT JOIN audit_log AS link ON link.n = $1::bigint`;

@Injectable()
export class PublishHead {
  private readonly logger = new Logger('audit heads');

  constructor(
    @Inject(DATABASE) private readonly database: PrismaDatabase,
    private readonly topic: HeadsTopic,
  ) {}

  /**
   * Publishes the chain's head if it is longer than the last one. A head that does not continue the published one is
   * never published: it would make a cut or rebuilt table the truth a minute after the deed.
   */
  async publish(): Promise<'published' | 'unchanged' | 'broken'> {
    const published = await this.topic.latest();
    const [head] = await this.database.query<Head & { publishedPlace: Uint8Array | null }>(headSql, [
      published?.n ?? 0n,
    ]);
    if (published && !isSame(published.hash, head?.publishedPlace)) return this.refuse(published);
    if (!head || head.n <= (published?.n ?? 0n)) return 'unchanged';
    await this.topic.publish(head);
    return 'published';
  }

  private refuse({ n }: Head): 'broken' {
    this.logger.error({
      msg: 'the chain does not continue its published head: GET /audit/verify',
      n: Number(n),
    });
    return 'broken';
  }
}

const isSame = (hash: Uint8Array, other: Uint8Array | null | undefined): boolean =>
  !!other && Buffer.compare(hash, other) === 0;
