/** npm, the terminal and the launcher may each pass the same Ctrl-C on; what follows this closely is one press. */
const SAME_PRESS_MS = 500;
const INTERRUPTED_EXIT_CODE = 130;

/**
 * Resolves when this process is asked to stop: Ctrl-C, SIGTERM, a closed terminal, or the end of the launcher that
 * started it. The second Ctrl-C ends the process at once; the services' guards then stop the services.
 */
export function stopRequest(now: () => number = Date.now): Promise<void> {
  return new Promise((resolve) => {
    let askedAt: number | undefined;
    const ask = () => {
      if (askedAt !== undefined && now() - askedAt > SAME_PRESS_MS) process.exit(INTERRUPTED_EXIT_CODE);
      askedAt ??= now();
      resolve();
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, ask);
    process.on('disconnect', ask);
    // Listening for the launcher's end must not keep this process running.
    process.channel?.unref();
  });
}
