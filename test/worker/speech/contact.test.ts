import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideContacts } from '../../../worker/speech/contact.ts';

describe('decideContacts', () => {
  it('makes a believed event full for as long as it lasts', () => {
    const contact = decideContacts(Float32Array.of(0.1, 0.2, 0.4, 0.6, 0.35, 0.2, 0.1));
    expect([...contact.slice(2, 5)]).toEqual([1, 1, 1]);
    expect(contact[1]).toBeCloseTo(0.2);
    expect(contact[5]).toBeCloseTo(0.2);
  });

  it('leaves a doubtful event at its probability', () => {
    const doubt = Float32Array.of(0.1, 0.4, 0.45, 0.4, 0.1);
    expect(decideContacts(doubt)).toEqual(doubt);
  });

  it('gives one or less than one half, and never less than the probability', () => {
    fc.assert(
      fc.property(fc.float32Array({ min: 0, max: 1, noNaN: true }), (probability) => {
        const contact = decideContacts(probability);
        for (let k = 0; k < contact.length; k++) {
          expect(contact[k] === 1 || contact[k] < 0.5).toBe(true);
          expect(contact[k]).toBeGreaterThanOrEqual(probability[k]);
        }
      }),
    );
  });
});
