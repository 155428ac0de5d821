// Ctrl-C, for a command that runs until it is stopped and has something to finish then.

/**
 * Resolves at the first SIGINT or SIGTERM, or when the parent process has ended. One Ctrl-C can arrive twice: the
 * terminal signals every process of the group, and a wrapper passes the signal on. Only a signal that comes seconds
 * after the first ends the process at once.
 * @param over the command has ended: what comes later is no concern of it
 */
export function stopSignal(over?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    let first: number | undefined;
    const stop = (): void => {
      first ??= Date.now();
      if (Date.now() - first > 2_000) process.exit(130);
      resolve();
    };
    process.on('SIGINT', stop).on('SIGTERM', stop);
    // npm ends the shell between itself and this process, which then gets no signal.
    const parent = process.ppid;
    const orphaned = setInterval(() => process.ppid !== parent && stop(), 500).unref();
    over?.addEventListener('abort', () => {
      process.off('SIGINT', stop).off('SIGTERM', stop);
      clearInterval(orphaned);
    });
  });
}
