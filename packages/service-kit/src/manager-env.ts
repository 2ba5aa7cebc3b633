const NAMES = ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID', 'LISTEN_PID', 'LISTEN_FDS', 'LISTEN_FDNAMES'] as const;

/**
 * Takes what the service manager says to this process alone out of `env`, so that no child speaks in its name. `PATH` goes
 * with it, for the helper that does.
 */
export const takeManagerEnv = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => {
  const taken = Object.fromEntries(NAMES.map((name) => [name, env[name]]));
  for (const name of NAMES) delete env[name];
  return { ...taken, PATH: env['PATH'] };
};
