import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import type { RegistryLogin } from './image.ts';

const exec = promisify(execFile);

// The registry takes bcrypt alone, which Node lacks; the system's crypt(3) has it, and Perl, part of every Debian, calls that.
const CRYPT = 'print crypt($ENV{PLAIN}, $ENV{SALT})';

/** A line of an htpasswd file for this name and password. */
export const htpasswd = async ({ username, password }: RegistryLogin): Promise<string> => {
  // bcrypt's alphabet lacks "+" and "="; the salt is 22 characters of it.
  const salt = randomBytes(17).toString('base64').replaceAll('+', '.').slice(0, 21);
  const env = { ...process.env, PLAIN: password, SALT: `$2b$05$${salt}u` };
  const { stdout } = await exec('perl', ['-e', CRYPT], { env });
  if (!stdout.startsWith('$2b$')) throw new Error('crypt(3) of this system has no bcrypt, which the registry needs for passwords');
  return `${username}:${stdout}\n`;
};
