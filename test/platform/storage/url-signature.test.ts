import { expect, test } from 'vitest';
import { UrlSigner } from '../../../platform/storage/url-signature.ts';

const signer = new UrlSigner({ secret: 'a secret of at least 32 characters', baseUrl: 'http://localhost:4000' });
const now = new Date('2026-04-21T10:00:00Z');
const later = new Date('2026-04-21T10:01:00Z');

function signed(path = '/media/a') {
  const url = new URL(signer.sign('GET', path, later));
  return { expires: url.searchParams.get('expires') ?? '', signature: url.searchParams.get('signature') ?? '' };
}

test('a signed URL is valid until it expires', () => {
  expect(signer.judge('GET', '/media/a', signed(), now)).toBe('valid');
  expect(signer.judge('GET', '/media/a', signed(), later)).toBe('valid');
  expect(signer.judge('GET', '/media/a', signed(), new Date(later.getTime() + 1))).toBe('expired');
});

test('a signature holds for one method and one path', () => {
  expect(signer.judge('PUT', '/media/a', signed(), now)).toBe('forged');
  expect(signer.judge('GET', '/media/b', signed(), now)).toBe('forged');
});

test('a changed expiry is a forgery', () => {
  const query = signed();
  expect(signer.judge('GET', '/media/a', { ...query, expires: String(Number(query.expires) + 1) }, now)).toBe('forged');
});

test('every changed, shortened or lengthened signature is a forgery', () => {
  const { expires, signature } = signed();
  for (let at = 0; at < signature.length - 1; at += 1) {
    const other = signature[at] === 'A' ? 'B' : 'A';
    const changed = signature.slice(0, at) + other + signature.slice(at + 1);
    expect(signer.judge('GET', '/media/a', { expires, signature: changed }, now)).toBe('forged');
  }
  expect(signer.judge('GET', '/media/a', { expires, signature: signature.slice(0, -4) }, now)).toBe('forged');
  expect(signer.judge('GET', '/media/a', { expires, signature: `${signature}AAAA` }, now)).toBe('forged');
  expect(signer.judge('GET', '/media/a', { expires, signature: '' }, now)).toBe('forged');
});

test.each([
  {},
  { expires: '1' },
  { signature: 'x' },
  { expires: '1e9', signature: 'x' },
  { expires: '-1', signature: 'x' },
])('the query %j is a forgery', (query) => {
  expect(signer.judge('GET', '/media/a', query, now)).toBe('forged');
});

test('another secret makes another signature', () => {
  const other = new UrlSigner({ secret: 'some other secret of 32 characters', baseUrl: 'http://localhost:4000' });
  expect(other.judge('GET', '/media/a', signed(), now)).toBe('forged');
});
