import { readFileSync } from 'node:fs';

/** The fields of proc(5) `stat` from the third, the state, on; the second is the program's name and may hold blanks and brackets. */
export const processStat = (pid: number): readonly string[] => readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
