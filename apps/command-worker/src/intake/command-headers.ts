const CARRIED = ['x-correlation-id', 'x-causation-id', 'x-user-id', 'x-project-id', 'x-request-id', 'x-timestamp', 'traceparent', 'tracestate'];
const MOST_CHARACTERS = 1024;

/** The headers of the outer contract, which a command's events carry on; others stay behind. */
export const carriedHeaders = (headers: Readonly<Record<string, string>>): Record<string, string> => {
  const carried: Record<string, string> = {};
  for (const name of CARRIED) {
    const value = headers[name];
    if (value !== undefined && value.length <= MOST_CHARACTERS) carried[name] = value;
  }
  return carried;
};
