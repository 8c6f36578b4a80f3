import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { Authentication } from '../authentication/authentication.js';
import { isProbe } from './probes.js';

interface Described {
  readonly name: string;
  readonly description?: string;
  readonly authentication?: Authentication | undefined;
}

/** The page at `/docs` and the document at `/docs-json`, built from the zod schemas when first asked for. */
export function serveOpenApi(app: INestApplication, described: Described): void {
  const { name } = described;
  const outline = outlineOf(described);
  SwaggerModule.setup('docs', app, () => withOpenProbes(SwaggerModule.createDocument(app, outline)), {
    jsonDocumentUrl: 'docs-json',
    customSiteTitle: name,
  });
}

function outlineOf({ name, description = '', authentication }: Described) {
  const builder = new DocumentBuilder().setTitle(name).setDescription(description).setVersion('1');
  if (authentication?.takesKeys)
    builder
      .addApiKey({ type: 'apiKey', in: 'header', name: 'X-API-Key' }, 'apiKey')
      .addSecurityRequirements('apiKey');
  if (authentication?.takesTokens)
    builder.addBearerAuth({ type: 'http' }, 'token').addSecurityRequirements('token');
  return builder.build();
}

function withOpenProbes(document: OpenAPIObject): OpenAPIObject {
  for (const [url, { get }] of Object.entries(document.paths)) if (get && isProbe({ url })) get.security = [];
  return document;
}
