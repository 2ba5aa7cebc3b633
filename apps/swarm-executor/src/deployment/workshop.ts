import type { Clock } from '@axion/core';
import type { Engine, RegistryLogin } from '@axion/docker-engine';
import type { Logger } from '@axion/service-kit';
import type { EngineWatch } from '@axion/swarm-stack';
import type { ProjectStore } from '../revisions/project-store.ts';
import type { RevisionStore } from '../revisions/revision-store.ts';
import type { SharedSight } from '../status/shared-sight.ts';

/** What every command needs to do its work. */
export interface Workshop {
  readonly engine: Engine;
  readonly watch: EngineWatch;
  /** How stacks stand now, for whoever only wants to know. */
  readonly sight: SharedSight;
  readonly projects: ProjectStore;
  readonly revisions: RevisionStore;
  readonly settings: DeploySettings;
  readonly clock: Clock;
  readonly log: Logger;
  /** The value of the login label for an image: changes with the login, and gives nothing of it away. */
  readonly loginMark: (image: string, logins: readonly RegistryLogin[]) => string | undefined;
}

/** `[deploy]` and `[agent].projects_dir`; times in milliseconds. */
export interface DeploySettings {
  readonly timeoutMs: number;
  readonly rollbackOnFailure: boolean;
  readonly prune: boolean;
  readonly projectsDir: string;
}
