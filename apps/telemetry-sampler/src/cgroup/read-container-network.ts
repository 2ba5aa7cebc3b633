import { isGone } from '../host-files.ts';
import type { HostFiles } from '../host-files.ts';
import { parseNetDev } from '../parse/net-dev.ts';
import type { InterfaceCounters } from '../parse/net-dev.ts';

/**
 * The interfaces of a container, by way of its first process: `/proc/PID/net/dev` shows the network of that process.
 * `undefined` where there is no process to ask, and where the container has the host's network, whose traffic is not its own.
 * Each network has its own file behind that path, which tells them apart without the rights that `/proc/PID/ns` takes.
 */
export const readContainerNetwork = (files: HostFiles, proc: string, processes: string): readonly InterfaceCounters[] | undefined => {
  try {
    const [first = ''] = files.text(processes).split('\n', 1);
    // 0 stands for a process outside of what this process can see.
    if (first === '' || first === '0') return undefined;
    const path = `${proc}/${first}/net/dev`;
    if (files.identity(path) === files.identity(`${proc}/self/net/dev`)) return undefined;
    return parseNetDev(files.text(path)).filter(({ device }) => device !== 'lo');
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
};
