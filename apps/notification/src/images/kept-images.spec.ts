import { expect, test } from '@jest/globals';
import { KeptImages } from './kept-images.js';

function world() {
  const asked: string[] = [];
  let away = false;
  const images = new KeptImages({
    get: async (key: string) => {
      asked.push(key);
      if (away) throw new Error('away');
      return Buffer.from(key);
    },
  });
  return { images, asked, goAway: (gone: boolean) => void (away = gone) };
}

test('many mails at once read an image once', async () => {
  const { images, asked } = world();
  const read = await Promise.all(Array.from({ length: 5 }, () => images.get('a')));
  expect(new Set(read.map(String))).toEqual(new Set(['a']));
  expect(asked).toEqual(['a']);
});

test('what could not be read is asked for again', async () => {
  const { images, asked, goAway } = world();
  goAway(true);
  await expect(images.get('a')).rejects.toThrow('away');
  goAway(false);
  expect(String(await images.get('a'))).toBe('a');
  expect(asked).toEqual(['a', 'a']);
});

test('only the last 32 used are kept', async () => {
  const { images, asked } = world();
  const others = Array.from({ length: 31 }, (_, index) => `other ${index}`);
  for (const key of ['unused', 'used', ...others.slice(0, 30), 'used', ...others.slice(30)])
    await images.get(key);
  asked.length = 0;
  await images.get('used');
  expect(asked).toEqual([]);
  await images.get('unused');
  expect(asked).toEqual(['unused']);
});
