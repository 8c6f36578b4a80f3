import { Inject, Injectable } from '@nestjs/common';
import { ContentStore } from '@waybill/claim-check';

/** At most 8 MiB, each being at most 256 KiB. */
const mostKept = 32;

/**
 * Images that were verified, the last ones used: what a key names never changes, so nothing kept can be out of date. Of
 * several mails that want one at the same time the first reads it; when that fails, all of them fail for the same reason.
 */
@Injectable()
export class KeptImages {
  private readonly kept = new Map<string, Promise<Uint8Array>>();

  constructor(@Inject(ContentStore) private readonly store: Pick<ContentStore, 'get'>) {}

  get(key: string): Promise<Uint8Array> {
    const image = this.kept.get(key) ?? this.read(key);
    this.kept.delete(key);
    this.kept.set(key, image);
    if (this.kept.size > mostKept) this.kept.delete(this.kept.keys().next().value!);
    return image;
  }

  /** One that failed is forgotten, so that the next mail asks again. */
  private read(key: string): Promise<Uint8Array> {
    const image = this.store.get(key);
    image.catch(() => this.kept.get(key) === image && this.kept.delete(key));
    return image;
  }
}
