import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { collectEvidence, judgedTopics } from './collect-evidence.ts';
import { judge } from './judge.ts';
import { MailReader } from './read-mails.ts';
import type { Settings } from './settings.ts';
import type { Verdict } from './verdict.ts';
import { CannotVerify, reasonOf } from './verify.errors.ts';

export interface Judgement {
  orderIdsFile?: string;
  waitMs: number;
  topics?: string[];
}

const lookAgainAfterMs = 1_000;

/** What is on its way is not lost: a verdict of guilty is only given when it stands for the whole wait. */
export async function verify(settings: Settings, judgement: Judgement): Promise<Verdict> {
  const { orderIdsFile, waitMs, topics = judgedTopics } = judgement;
  const accepted = orderIdsFile ? await readOrderIds(orderIdsFile) : undefined;
  const { mailsUrl } = settings;
  const reader = mailsUrl ? new MailReader(mailsUrl) : undefined;
  const isJudged = (orderId: string) => !accepted || accepted.has(orderId);
  const readMails = reader && (() => reader.read(isJudged));
  const look = async () => judge({ ...(await collectEvidence(settings, topics, readMails)), accepted });
  const untilMs = Date.now() + waitMs;
  let verdict = await look();
  while (verdict.violations.length > 0 && Date.now() < untilMs) {
    await sleep(lookAgainAfterMs);
    verdict = await look();
  }
  return verdict;
}

async function readOrderIds(path: string): Promise<ReadonlySet<string>> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new CannotVerify(`${path} cannot be read: ${reasonOf(cause)}`, { cause });
  });
  return new Set(text.split(/\s+/).filter(Boolean));
}
