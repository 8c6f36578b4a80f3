import { createParamDecorator, SetMetadata, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { isProbe } from '../http/probes.js';
import { problem } from '../problems/problem.js';
import type { Authentication } from './authentication.js';
import { Caller, roles } from './caller.js';

const FOR_CUSTOMERS = 'waybill:for-customers';
const callers = new WeakMap<FastifyRequest, Caller>();

/** Opens a route, or all of a controller, to customers too. What is not marked is for admins: nothing opens by oversight. */
export const ForCustomers = () => SetMetadata(FOR_CUSTOMERS, true);

/** Whoever is asking; anybody, and allowed everything, where the service authenticates nobody. */
export const RequestCaller = createParamDecorator(
  (_: unknown, context: ExecutionContext): Caller =>
    callers.get(context.switchToHttp().getRequest<FastifyRequest>()) ?? Caller.anybody,
);

/** The one guard of every service that authenticates. Health and metrics are open: platforms ask them without keys. */
export class AuthenticationGuard implements CanActivate {
  constructor(
    private readonly authentication: Authentication,
    private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (isProbe({ url: request.routeOptions.url ?? '' })) return true;
    const caller = await this.authentication.identify(request.headers);
    const forCustomers = this.reflector.getAllAndOverride<boolean | undefined>(FOR_CUSTOMERS, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (!caller.has(roles.admin) && !(forCustomers && caller.has(roles.customer)))
      throw forbidden(forCustomers);
    callers.set(request, caller);
    return true;
  }
}

const forbidden = (forCustomers = false) =>
  problem({
    status: 403,
    title: 'Forbidden',
    detail: `This needs the role ${forCustomers ? `${roles.customer} or ${roles.admin}` : roles.admin}.`,
  });
