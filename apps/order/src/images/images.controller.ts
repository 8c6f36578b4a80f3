import { Body, Controller, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ContentStore } from '@waybill/claim-check';
import { images } from '@waybill/contracts';
import { problem, TakesBytes } from '@waybill/service-kit';
import type { FastifyRequest } from 'fastify';
import { imageTypes, typeOfBytes } from './image-type.js';

/** Images that products can be put with. */
@ApiTags('images')
@Controller('images')
export class ImagesController {
  constructor(private readonly store: ContentStore) {}

  /** The same bytes again are the same image. */
  @Post()
  @TakesBytes({ types: imageTypes, maxBytes: images.maxBytes })
  async add(@Body() body: Uint8Array, @Req() { headers }: FastifyRequest) {
    const { 'content-type': declared = '' } = headers;
    const type = typeOfBytes(body);
    if (!type || !declared.toLowerCase().startsWith(type)) throw notAsDeclared(declared, type);
    return { imageS3Key: await this.store.put(body, images.extensions[type]) };
  }
}

function notAsDeclared(declared: string, type = 'neither a PNG nor a JPEG') {
  const message = `sent as ${declared}, it begins like ${type}`;
  const errors = [{ field: 'body', rule: 'image', message }];
  return problem({ status: 400, title: 'Invalid request', detail: message, errors });
}
