import { derivedId } from '@axion/core';

/**
 * What a service's `ForceUpdate` becomes by a command, 48 bits: any other value than before makes new tasks, and an
 * execution that was killed and is repeated sees by it which services have theirs already.
 */
export const restartMark = (commandId: string): number => Number.parseInt(derivedId('restart', commandId).replaceAll('-', '').slice(0, 12), 16);
