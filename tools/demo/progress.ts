const BAR_CELLS = 28;
/** Without a terminal to redraw a line on, a line is printed for every step of this size. */
const LINE_STEP = 0.1;
const CLEAR_LINE = '\r\u001b[2K';

export interface ProgressState {
  readonly stage: string;
  /** 0 to 1. */
  readonly progress: number;
  readonly etaSeconds: number | null;
}

/** One line: a bar, per cent, the stage, and the time left when it is known. */
export function progressLine({ stage, progress, etaSeconds }: ProgressState): string {
  const full = Math.floor(progress * BAR_CELLS);
  const bar = `${'█'.repeat(full)}${'░'.repeat(BAR_CELLS - full)}`;
  const percent = `${Math.floor(progress * 100)}`.padStart(3);
  const left = etaSeconds === null ? '' : `  about ${Math.ceil(etaSeconds)} s left`;
  return `${bar} ${percent} %  ${stage.toLowerCase()}${left}`;
}

interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export interface ProgressBar {
  show(state: ProgressState): void;
  /** Leaves the line, so that what is printed next begins on a new one. */
  end(): void;
}

/** A bar that redraws its line on a terminal, and prints a line now and then anywhere else. */
export function createProgressBar(output: Output = process.stdout): ProgressBar {
  if (output.isTTY) {
    return {
      show: (state) => output.write(CLEAR_LINE + progressLine(state)),
      end: () => output.write('\n'),
    };
  }
  let last: ProgressState | undefined;
  return {
    show(state) {
      const isNews = last === undefined || state.stage !== last.stage || state.progress - last.progress >= LINE_STEP;
      if (!isNews) return;
      last = state;
      output.write(`${progressLine(state)}\n`);
    },
    end() {},
  };
}
