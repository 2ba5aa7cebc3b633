import { ComposeError } from '../errors.ts';
import type { RestartPolicyModel } from '../model.ts';
import { present } from '../present.ts';
import type { RestartPolicy } from '../spec/service-spec.ts';

const PLACE = { path: ['restart'] } as const;

/**
 * `deploy.restart_policy` as given, else what the older `restart` means.
 * @throws ComposeError for a `restart` nobody knows.
 */
export const convertRestartPolicy = (restart: string | undefined, policy: RestartPolicyModel | undefined): RestartPolicy | undefined => {
  if (policy !== undefined) {
    return present({ Condition: policy.condition, Delay: policy.delay, MaxAttempts: policy.maxAttempts, Window: policy.window });
  }
  if (restart === undefined) return undefined;
  const [name, attempts] = split(restart);
  if (name === '' && restart.startsWith(':')) throw new ComposeError('VALUE', 'invalid restart policy format: no policy provided before colon', PLACE);
  if (attempts !== '' && !/^[-+]?\d+$/.test(attempts)) throw new ComposeError('VALUE', 'invalid restart policy format: maximum retry count must be an integer', PLACE);
  switch (name) {
    case 'no':
      return undefined;
    case 'always':
    case 'unless-stopped':
      return { Condition: 'any' };
    case 'on-failure':
      return { Condition: 'on-failure', MaxAttempts: Number(attempts) };
    default:
      throw new ComposeError('VALUE', `unknown restart policy: ${name}`, PLACE);
  }
};

const split = (restart: string): [name: string, attempts: string] => {
  const colon = restart.indexOf(':');
  return colon < 0 ? [restart, ''] : [restart.slice(0, colon), restart.slice(colon + 1)];
};
