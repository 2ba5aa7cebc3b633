import type { RegistryLogin } from '@axion/docker-engine';
import type { PinnedImage } from '@axion/swarm-stack';

/** Everything a deployment was made from: enough to make it again when files, variables and tags have changed since. */
export interface StackInput {
  readonly projectId: string;
  readonly deploymentId: string;
  readonly file: string;
  readonly env: Readonly<Record<string, string>>;
  readonly logins: readonly RegistryLogin[];
  /** The files that the stack file refers to, base64 by absolute path; absent until they were read. */
  readonly files?: Readonly<Record<string, string>>;
  /** By image as the file has it (with its tag). */
  readonly images?: Readonly<Record<string, PinnedImage>>;
  /** Replicas set by `Scale` since, by service. */
  readonly scaled?: Readonly<Record<string, number>>;
}
