import { linesOf } from './lines.ts';

export interface MemoryField {
  /** As node_exporter names it: `Active(anon)` is `Active_anon`; amounts end in `_bytes`, counts of pages do not. */
  readonly name: string;
  readonly value: number;
}

/** Parses /proc/meminfo (proc_meminfo(5)). The file says kB and means KiB. */
export const parseMeminfo = (text: string): MemoryField[] =>
  linesOf(text).flatMap((line) => {
    const [, field, amount, unit] = /^([^:]+):\s+(\d+)(?: (kB))?$/.exec(line) ?? [];
    if (field === undefined) return [];
    const name = field.replaceAll(')', '').replaceAll('(', '_');
    return [unit === 'kB' ? { name: `${name}_bytes`, value: Number(amount) * 1024 } : { name, value: Number(amount) }];
  });
