import { apiRefused, apiSilent } from '../shopper.errors.js';
import type { HttpClient, Question } from './http-client.js';

/** Whose answers are asked for, and the variable that says where it is. */
export interface Api {
  name: string;
  variable: string;
}

/** What was answered with success; a `ShopperError` names whatever else came, or that nothing did. */
export async function ask(http: HttpClient, question: Question, api: Api): Promise<unknown> {
  const answer = await http.send(question).catch((cause: unknown) => {
    throw apiSilent(api, http.baseUrl, cause);
  });
  if (answer.status >= 200 && answer.status < 300) return answer.body ? JSON.parse(answer.body) : undefined;
  throw apiRefused(api, `${question.method} ${question.path}`, answer);
}
