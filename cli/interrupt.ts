// Ctrl-C and its relatives: what was begun is tidied up, and the exit code says which signal it was.

const signals = [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const;

/** Runs `tidy` when the process is told to end. Answers how to stop watching. */
export function onInterrupt(tidy: () => void): () => void {
  const watchers = signals.map(([signal, exit]) => {
    const end = (): void => {
      tidy();
      process.exit(exit);
    };
    process.once(signal, end);
    return () => process.removeListener(signal, end);
  });
  return () => {
    for (const forget of watchers) forget();
  };
}
