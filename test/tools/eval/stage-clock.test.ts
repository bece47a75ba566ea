import { describe, expect, it } from 'vitest';
import { StageClock } from '../../../tools/eval/stage-clock.ts';

describe('StageClock', () => {
  it('adds up the time of each stage, however often it is reported', () => {
    let now = 100;
    const clock = new StageClock(() => now);
    clock.enter('probe');
    now += 5;
    clock.enter('render');
    now += 10;
    clock.enter('render');
    now += 10;
    clock.enter('encode');
    now += 3;
    expect(clock.stop()).toEqual({ probe: 5, render: 20, encode: 3 });
  });

  it('leaves out what was not the pipeline’s own time', () => {
    let now = 0;
    const clock = new StageClock(() => now);
    clock.enter('render');
    now += 30;
    clock.exclude(12);
    expect(clock.stop()).toEqual({ render: 18 });
  });

  it('counts nothing before the first stage', () => {
    let now = 0;
    const clock = new StageClock(() => now);
    now += 50;
    expect(clock.stop()).toEqual({});
  });
});
