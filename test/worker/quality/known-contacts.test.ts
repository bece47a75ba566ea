import { expect, test } from 'vitest';
import { contactsFrom, knownContacts } from '../../../worker/quality/known-contacts.ts';

const grid = { frameRate: 25, frameCount: 10, leadSeconds: 0 };
const framesOf = (flags: readonly boolean[]) => flags.flatMap((flag, k) => (flag ? [k] : []));

test('p, b, m want the lips sealed and f, v want them at the teeth while they sound; other sounds want neither', () => {
  const sounds = [
    { start: 0.04, end: 0.12, ipa: 'm' },
    { start: 0.12, end: 0.2, ipa: 'ɑ' },
    { start: 0.2, end: 0.28, ipa: 'v' },
  ];
  const { sealed, bitten } = knownContacts(sounds, grid);
  expect(framesOf(sealed)).toEqual([1, 2, 3]);
  expect(framesOf(bitten)).toEqual([5, 6, 7]);
});

test('a sound shorter than a frame still marks one, and the lips come before the sound', () => {
  const sounds = [{ start: 0.205, end: 0.21, ipa: 'p' }];
  expect(framesOf(knownContacts(sounds, grid).sealed)).toEqual([5]);
  expect(framesOf(knownContacts(sounds, { ...grid, leadSeconds: 0.08 }).sealed)).toEqual([3]);
});

test('sounds beyond the frames mark nothing', () => {
  const sounds = [
    { start: 5, end: 5.1, ipa: 'b' },
    { start: -3, end: -2, ipa: 'b' },
  ];
  expect(framesOf(knownContacts(sounds, grid).sealed)).toEqual([]);
});

test('the later part keeps its order', () => {
  const contacts = knownContacts([{ start: 0.2, end: 0.24, ipa: 'b' }], grid);
  expect(framesOf(contactsFrom(contacts, 4).sealed)).toEqual([1, 2]);
});
