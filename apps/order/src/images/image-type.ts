import { images, type ImageType } from '@waybill/contracts';

const beginnings: Readonly<Record<ImageType, readonly number[]>> = {
  'image/png': [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
  'image/jpeg': [0xff, 0xd8, 0xff],
};

export const imageTypes = Object.keys(images.extensions) as ImageType[];

/** What the bytes begin like, whatever they were sent as. */
export function typeOfBytes(bytes: Uint8Array): ImageType | undefined {
  return imageTypes.find((type) => beginnings[type].every((byte, index) => bytes[index] === byte));
}
