type HeaderValue = Buffer | string | (Buffer | string)[] | undefined;

/** A record's headers as text; of one that comes several times, the first. */
export const firstValues = (headers: Readonly<Record<string, HeaderValue>> | undefined): Record<string, string> => {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers ?? {})) {
    const first = Array.isArray(value) ? value[0] : value;
    if (first !== undefined && first !== null) texts[name] = first.toString('utf8');
  }
  return texts;
};
