// The few ASN.1 values of DER (ITU-T X.690) that an X.509 certificate is made of.

const length = (bytes: number): Buffer => {
  if (bytes < 0x80) return Buffer.from([bytes]);
  const hex = bytes.toString(16);
  const big = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  return Buffer.concat([Buffer.from([0x80 | big.length]), big]);
};

const value = (tag: number, content: Buffer): Buffer => Buffer.concat([Buffer.from([tag]), length(content.length), content]);

export const sequence = (...parts: readonly Buffer[]): Buffer => value(0x30, Buffer.concat(parts));
export const set = (...parts: readonly Buffer[]): Buffer => value(0x31, Buffer.concat(parts));
/** @param bytes big-endian, first bit zero, as positive numbers have it */
export const integer = (bytes: Buffer): Buffer => value(0x02, bytes);
export const boolean = (truth: boolean): Buffer => value(0x01, Buffer.from([truth ? 0xff : 0]));
export const octets = (bytes: Buffer): Buffer => value(0x04, bytes);
export const bitString = (bytes: Buffer): Buffer => value(0x03, Buffer.concat([Buffer.from([0]), bytes]));
export const utf8 = (text: string): Buffer => value(0x0c, Buffer.from(text));
/** The bare bytes of an ASCII text, for an implicit tag. */
export const ia5 = (text: string): Buffer => Buffer.from(text, 'latin1');
/** What is DER already. */
export const raw = (bytes: Buffer): Buffer => bytes;
export const explicit = (tag: number, inner: Buffer): Buffer => value(0xa0 | tag, inner);
export const implicit = (tag: number, content: Buffer): Buffer => value(0x80 | tag, content);

/** UTCTime, to the second; good until 2049, as RFC 5280 has it. */
export const time = (at: Date): Buffer => {
  const text = at.toISOString().replaceAll(/[-:T]/g, '').slice(2, 14);
  return value(0x17, Buffer.from(`${text}Z`));
};

/** Dotted numbers, e.g. `2.5.4.3`. */
export const object = (dotted: string): Buffer => {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const part of rest) {
    const groups = [part & 0x7f];
    for (let left = part >>> 7; left > 0; left >>>= 7) groups.unshift((left & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return value(0x06, Buffer.from(bytes));
};
