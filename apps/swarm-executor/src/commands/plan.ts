import { payloadOf } from '@axion/contracts';
import { authOf, lookAndPlan, planLines, planReport } from '@axion/swarm-stack';
import { projectFiles } from '../stack/project-files.ts';
import { readStack } from '../stack/wanted-stack.ts';
import { counted } from '../deployment/payloads.ts';
import { restartMark } from '../deployment/restart-mark.ts';
import { done } from './command-handler.ts';
import type { Handler } from './command-handler.ts';
import { inputOf } from './deploy.ts';

/** `Plan`: what a `Deploy` with the same payload would change. Changes nothing. */
export const plan: Handler = async ({ engine, revisions, settings, loginMark }, run) => {
  const payload = payloadOf('Plan', run.command);
  const input = inputOf(payload, run.command.commandId);
  const wanted = readStack(input, projectFiles(settings.projectsDir, input.projectId), (image) => loginMark(image, input.logins));
  const { problems, steps } = await lookAndPlan({
    engine,
    wanted,
    authFor: authOf(input.logins),
    plan: { ...(payload.force_redeploy ? { force: restartMark(run.command.commandId) } : {}), keep: await revisions.neededBeside(input.projectId, wanted.hash), prune: settings.prune, recreateNetworks: wanted.axion.recreateNetworks },
    signal: run.handBack,
  });
  const warnings = [...wanted.warnings, ...[...problems].map(([image, { message }]) => `${image}: ${message}`)];
  return done({
    project_id: input.projectId,
    message: steps.length === 0 ? 'nothing would change' : counted(steps.length, 'change', 'changes'),
    plan: planReport(steps),
    lines: planLines(steps),
    ...(warnings.length === 0 ? {} : { warnings }),
  });
};
