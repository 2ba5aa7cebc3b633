import { projectFiles } from '../stack/project-files.ts';
import type { StackInput } from '../stack/stack-input.ts';
import { readStack } from '../stack/wanted-stack.ts';
import type { WantedStack } from '../stack/wanted-stack.ts';
import type { Workshop } from '../deployment/workshop.ts';
import type { Revision } from './revision-store.ts';

export interface ReadRevision {
  readonly input: StackInput;
  readonly wanted: WantedStack;
  readonly revision: Revision;
}

/** A stored revision as a stack again: the files, variables and images of then. */
export const readRevision = async (
  { revisions, settings, loginMark }: Pick<Workshop, 'revisions' | 'settings' | 'loginMark'>,
  projectId: string,
  deploymentId: string,
  scaled?: Readonly<Record<string, number>>,
): Promise<ReadRevision> => {
  const { input: stored, revision } = await revisions.load(projectId, deploymentId);
  const input: StackInput = { ...stored, deploymentId, ...(scaled === undefined ? {} : { scaled }) };
  const files = projectFiles(settings.projectsDir, projectId, input.files ?? {});
  return { input, revision, wanted: readStack(input, files, (image) => loginMark(image, input.logins)) };
};
