/** What a token takes. It stands in a header of every call, and headers take nothing else. */
export const TOKEN_ALLOWED = '1 to 4096 visible ASCII characters in one line, without blanks';

export const TOKEN_TEXT = /^[\x21-\x7e]{1,4096}$/;

/** Whether a value from outside can be a token. */
export const isToken = (value: unknown): value is string => typeof value === 'string' && TOKEN_TEXT.test(value);
