import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PayloadTooLarge } from '../../../server/refusal.ts';
import { countedBytes, UploadInterrupted } from '../../../server/uploads/byte-count.ts';

const bounds = { maxBytes: 1000, idleMs: 60_000 };

function streamOf(sizes: readonly number[]): ReadableStream<Uint8Array> {
  const left = [...sizes];
  return new ReadableStream({
    pull(controller) {
      const size = left.shift();
      if (size === undefined) controller.close();
      else controller.enqueue(new Uint8Array(size));
    },
  });
}

async function drain(source: AsyncIterable<Uint8Array>): Promise<number> {
  let bytes = 0;
  for await (const chunk of source) bytes += chunk.byteLength;
  return bytes;
}

test('however a body is cut into chunks, its size alone decides whether it passes', async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(sizes, async (chunks) => {
      const total = chunks.reduce((sum, size) => sum + size, 0);
      const drained = drain(countedBytes(streamOf(chunks), bounds));
      if (total > bounds.maxBytes) await expect(drained).rejects.toThrow(PayloadTooLarge);
      else expect(await drained).toBe(total);
    }),
  );
});

test('passes on no byte over the limit', async () => {
  const passed: number[] = [];
  const source = countedBytes(streamOf([600, 400, 1]), bounds);
  const drained = (async () => {
    for await (const chunk of source) passed.push(chunk.byteLength);
  })();
  await expect(drained).rejects.toThrow(PayloadTooLarge);
  expect(passed).toEqual([600, 400]);
});

test.each([
  [[5, 4], 10],
  [[5, 6], 10],
])('chunks of %j are not the %i bytes that were announced', async (chunks, exactBytes) => {
  const drained = drain(countedBytes(streamOf(chunks), { ...bounds, exactBytes }));
  await expect(drained).rejects.toThrow(`Of ${exactBytes} announced bytes ${chunks[0] + chunks[1]} arrived.`);
});

test('nothing at all is told apart from too little', async () => {
  await expect(drain(countedBytes(streamOf([]), bounds))).rejects.toMatchObject({ code: 'INPUT_EMPTY' });
});

test('gives up a sender that falls silent', async () => {
  const silent = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new Uint8Array(10));
    },
  });
  const drained = drain(countedBytes(silent, { ...bounds, idleMs: 20 }));
  await expect(drained).rejects.toThrow(UploadInterrupted);
  await expect(drained).rejects.toThrow('No bytes came for 0.02 seconds.');
});
