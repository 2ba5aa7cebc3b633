import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Part } from './part.ts';

const TEXTS = /^(licen[cs]e|copying|notice|patents|third.?party)/i;

/** Copies the licence texts of every part into `folder`, one folder a part; a part without any gets its own statement. */
export const copyLicences = async (parts: readonly Part[], folder: string): Promise<void> => {
  for (const part of parts) {
    const target = join(folder, part.ecosystem, `${part.name.replaceAll('/', '+')}@${part.version}`);
    await mkdir(target, { recursive: true });
    const files = (await readdir(part.folder, { withFileTypes: true })).filter((entry) => entry.isFile() && TEXTS.test(entry.name));
    for (const { name } of files) await copyFile(join(part.folder, name), join(target, name));
    if (files.length === 0) await writeFile(join(target, 'STATEMENT'), `${part.name} ${part.version} comes without a licence text; its author states: ${part.license ?? 'nothing'}\n`);
  }
};
