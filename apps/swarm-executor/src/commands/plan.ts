import { payloadOf } from '@axion/contracts';
import { checkExternals } from '../deployment/check-externals.ts';
import { pinImages } from '../images/pin-images.ts';
import { observeStack } from '../observe/observe-stack.ts';
import { planStack } from '../plan/plan-stack.ts';
import { planLines, planReport } from '../plan/print-plan.ts';
import { projectFiles } from '../stack/project-files.ts';
import { readStack } from '../stack/wanted-stack.ts';
import { done } from './command-handler.ts';
import type { Handler } from './command-handler.ts';
import { inputOf } from './deploy.ts';

/** `Plan`: what a `Deploy` with the same payload would change. Changes nothing. */
export const plan: Handler = async ({ engine, revisions, settings, loginMark }, run) => {
  const payload = payloadOf('Plan', run.command);
  const input = inputOf(payload, run.command.commandId);
  const read = readStack(input, projectFiles(settings.projectsDir, input.projectId), (image) => loginMark(image, input.logins));
  await engine.swarm.assertManager(run.handBack);
  const found = await observeStack(engine, read.namespace, run.handBack, { networkUsers: read.axion.recreateNetworks });
  checkExternals(read, found);
  const { wanted, problems } = await pinImages(read, found.services, { registry: engine.distribution, logins: input.logins }, run.handBack);
  const steps = planStack(wanted, found, { force: payload.force_redeploy, keep: await revisions.neededBeside(input.projectId, wanted.hash), prune: settings.prune });
  const warnings = [...wanted.warnings, ...[...problems].map(([image, { message }]) => `${image}: ${message}`)];
  return done({
    project_id: input.projectId,
    message: steps.length === 0 ? 'nothing would change' : `${steps.length} changes`,
    plan: planReport(steps),
    lines: planLines(steps),
    ...(warnings.length === 0 ? {} : { warnings }),
  });
};
