import * as v from 'valibot';

/** Whether `text` is a URL of one of `schemes` (written without the colon). */
const isUrl = (text: string, schemes: readonly string[]): boolean =>
  URL.canParse(text) && schemes.includes(new URL(text).protocol.slice(0, -1));

/** A URL of one of these schemes. */
export const urlOf = (...schemes: readonly string[]): v.GenericSchema<unknown, string> =>
  v.pipe(
    v.string(),
    v.check((given) => isUrl(given, schemes)),
  );

/** Takes user names and passwords out of the URLs in a text. */
export const withoutUserinfo = (text: string): string => text.replaceAll(/([a-z][a-z0-9+.-]*:\/\/)[^\s/?#]*@/gi, '$1[redacted]@');
