import type { ServiceAssessment } from './assess-service.ts';
import type { TaskFailure } from './task-failure.ts';

/**
 * The failure of a stack that did not converge in time, with what it still lacked.
 *
 * @param away why the engine could not be asked in the end, if it could not
 * @param undone steps that were under way, in words; where no service was looked at yet
 */
export const late = (timeoutMs: number, services: readonly ServiceAssessment[], away?: string, undone: readonly string[] = []): TaskFailure => {
  const open = services.filter(({ verdict }) => verdict.state !== 'converged');
  const missing = open.flatMap(({ key, verdict }) => (verdict.state === 'waiting' ? [verdict.missing] : verdict.state === 'monitoring' ? [`${key}: running, but not for long enough yet`] : []));
  const lacking = [...missing, ...(services.length === 0 ? undone : [])];
  const parts = [`not converged within ${timeoutMs / 1000} s`, ...(away === undefined ? [] : [away]), ...(lacking.length === 0 ? [] : [`still missing: ${lacking.join('; ')}`])];
  return { service: open[0]?.key ?? '', reason: away === undefined ? 'NOT_IN_TIME' : 'ENGINE_AWAY', error: parts.join('; ') };
};
