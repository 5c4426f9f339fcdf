/** Runs a command to its end: exit code 1 with the sentence that it gives or throws, 0 without one. */
export function runCommand(main: () => Promise<string | null>): void {
  main().then(
    (problem) => {
      if (problem) process.stderr.write(`${problem}\n`);
      process.exit(problem ? 1 : 0);
    },
    (error: unknown) => {
      process.stderr.write(`${(error as Error).message}\n`);
      process.exit(1);
    },
  );
}
