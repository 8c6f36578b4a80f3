import { Body, Controller, Get, Param, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ContentStore } from '@waybill/claim-check';
import { currency, imageS3Key, sku } from '@waybill/contracts';
import { ForCustomers, problem } from '@waybill/service-kit';
import { z } from 'zod';
import { ProductsStore, StockBelowReservedError, type Product } from './products.store.js';

const putProductBody = z.strictObject({
  priceCents: z.int().min(0).max(1_000_000_000),
  onHand: z.int().min(0).max(1_000_000_000),
  currency: currency.default('USD'),
  imageS3Key: imageS3Key.optional(),
});
const mostFound = 1_000;

type PutProductBody = z.output<typeof putProductBody>;

const listQuery = z.object({
  after: z.string().default(''),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});

@ApiTags('products')
@Controller('products')
export class ProductsController {
  /** Images that were there: nothing of ours removes any, and many products are put at once. */
  private readonly found = new Set<string>();

  constructor(
    private readonly products: ProductsStore,
    private readonly images: ContentStore,
  ) {}

  @Get()
  @ForCustomers()
  async list(@Query({ schema: listQuery }) { after, limit }: z.output<typeof listQuery>) {
    const products = await this.products.list(after, limit);
    const last = products.length === limit ? products.at(-1)!.sku : undefined;
    return { products: products.map(present), ...(last && { nextCursor: last }) };
  }

  /** The whole product: one that is put without an image has none from then on. Orders keep what they were placed with. */
  @Put(':sku')
  async put(
    @Param('sku', { schema: sku }) id: string,
    @Body({ schema: putProductBody }) body: PutProductBody,
  ) {
    await this.checkImage(body);
    try {
      return present(await this.products.put({ sku: id, ...body }));
    } catch (error) {
      if (!(error instanceof StockBelowReservedError)) throw error;
      const errors = [{ field: 'onHand', rule: 'at-least-reserved', message: error.message }];
      throw problem({ status: 409, title: 'Stock is reserved', errors }, { cause: error });
    }
  }

  private async checkImage({ imageS3Key: key }: PutProductBody): Promise<void> {
    if (key === undefined || this.found.has(key)) return;
    if (await this.images.has(key)) return this.remember(key);
    const message = `there is no image ${key}: send it to POST /images first`;
    const errors = [{ field: 'imageS3Key', rule: 'unknown-image', message }];
    throw problem({ status: 422, title: 'Product refused', detail: message, errors });
  }

  private remember(key: string): void {
    if (this.found.size >= mostFound) this.found.clear();
    this.found.add(key);
  }
}

const present = (product: Product) => ({ ...product, available: product.onHand - product.reserved });
