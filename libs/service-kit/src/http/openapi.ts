import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';

/** The page at `/docs` and the document at `/docs-json`, built from the zod schemas when first asked for. */
export function serveOpenApi(app: INestApplication, name: string, description = ''): void {
  const outline = new DocumentBuilder().setTitle(name).setDescription(description).setVersion('1').build();
  SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, outline), {
    jsonDocumentUrl: 'docs-json',
    customSiteTitle: name,
  });
}
