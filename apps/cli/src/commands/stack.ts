import type { Command } from 'commander';
import type { CommandContext } from './context.ts';
import { addStackDeploy } from './stack-deploy.ts';
import { addStackViews } from './stack-views.ts';

/** `axion stack …`: drop-in for `docker stack`, straight to the engine; no agent is needed. */
export const addStack = (program: Command, context: CommandContext): void => {
  const stack = program.command('stack').description('Swarm stacks, straight on the engine: drop-in for docker stack');
  addStackDeploy(stack, context);
  addStackViews(stack, context);
};
