import type { ErrorReport } from '@axion/core';
import { failureReport } from '@axion/swarm-stack';
import type { ServiceAssessment, TaskFailure } from '@axion/swarm-stack';

export type DeploymentStatus = 'Started' | 'Progressing' | 'Completed' | 'Failed';

/** A deployment's payload (the outer contract, section 2). */
export const deploymentPayload = (
  ids: { readonly projectId: string; readonly deploymentId: string },
  status: DeploymentStatus,
  message: string,
  details: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> => ({ project_id: ids.projectId, deployment_id: ids.deploymentId, status, message, details });

/** `1 service`, `2 services`. */
export const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

/** Services as they stand in payloads. */
export const serviceCounts = (services: readonly ServiceAssessment[]): readonly Readonly<Record<string, unknown>>[] =>
  services.map(({ key, desired, running, healthy, completed, verdict }) => ({
    name: key,
    desired,
    running,
    healthy,
    ...(completed > 0 ? { completed } : {}),
    state: verdict.state,
    ...(verdict.state === 'waiting' ? { waiting_for: verdict.missing } : {}),
  }));

export const failureDetails = (failure: TaskFailure): Readonly<Record<string, unknown>> => ({ failure: failureReport(failure) });
export const errorDetails = (error: ErrorReport): Readonly<Record<string, unknown>> => ({ error });
