import { UndecodableError, type Envelope } from '../message.js';
import type { Route, Routes } from './work.js';

/** The handler of this type, else the one that takes every type; a type nobody takes is set aside, never dropped. */
export function route({ type }: Envelope, routes: Routes): Route {
  const found = routes.get(type) ?? routes.get('*');
  if (!found) throw new UndecodableError(`no handler takes type "${type.slice(0, 80)}"`);
  return found;
}
