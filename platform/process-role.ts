import { type Environment, EnvironmentError, readEnvironment } from './env.ts';
import { createLogger, type Logger } from './log.ts';

/** Starts a role's parts; what it gives is disposed on shutdown. */
export type StartRole = (environment: Environment, options: { log: Logger }) => Promise<AsyncDisposable>;

/**
 * Runs one role as a process of its own: environment, log, start; SIGTERM or SIGINT shut it down in order, and a
 * second signal ends it at once. A fault that nothing caught is logged and ends the process, for its supervisor to
 * start it anew: going on in an unknown state would be worse.
 */
export async function runRole(name: string, start: StartRole): Promise<void> {
  const environment = environmentOrExit();
  const log = createLogger(name, environment.LOG_LEVEL);
  const fatal = (error: unknown) => {
    log.fatal({ err: error }, 'an unexpected fault ends this process');
    process.exit(1);
  };
  process.on('uncaughtException', fatal);
  process.on('unhandledRejection', fatal);
  const stop = stopSignal(log);
  try {
    await using _role = await start(environment, { log });
    await stop;
    log.info('shutting down');
  } catch (error) {
    fatal(error);
  }
  log.info('stopped');
}

function environmentOrExit(): Environment {
  try {
    return readEnvironment();
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  }
}

/** Resolves at the first SIGTERM or SIGINT; the second one exits. */
function stopSignal(log: Logger): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const onSignal = (signal: NodeJS.Signals) => {
      if (asked) {
        log.warn({ signal }, 'asked to stop a second time: stopping at once');
        process.exit(1);
      }
      asked = true;
      resolve();
    };
    process.on('SIGTERM', onSignal);
    process.on('SIGINT', onSignal);
  });
}
