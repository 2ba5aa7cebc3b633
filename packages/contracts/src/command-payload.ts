import * as v from 'valibot';
import { parseProjectId } from '@axion/core';
import type { CommandType } from './command-type.ts';

const projectId = v.pipe(
  v.string(),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    try {
      return parseProjectId(dataset.value);
    } catch (error) {
      addIssue({ message: (error as Error).message });
      return NEVER;
    }
  }),
);
const text = v.pipe(v.string(), v.nonEmpty());
const seconds = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(24 * 3600));

/** A variable's value. Control planes send numbers and booleans too; Compose knows only text. */
const variable = v.pipe(v.union([v.string(), v.number(), v.boolean()]), v.transform(String));

export const registryLogin = v.object({ server: text, username: v.string(), password: v.string() });

export const deployPayload = v.object({
  project_id: projectId,
  docker_stack_yml: text,
  env_vars: v.optional(v.record(v.string(), variable), {}),
  deployment_id: v.optional(text),
  force_redeploy: v.optional(v.boolean(), false),
  timeout_seconds: v.optional(seconds),
  rollback_on_failure: v.optional(v.boolean()),
  registry_auth: v.optional(v.array(registryLogin), []),
  /** A waiting older Deploy of the project may be skipped in favour of this one. */
  coalesce: v.optional(v.boolean(), false),
});

const rollbackPayload = v.object({ project_id: projectId, target_deployment_id: v.optional(text) });
const scalePayload = v.object({
  project_id: projectId,
  service_name: text,
  replicas: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(10_000)),
});
const stopPayload = v.object({ project_id: projectId });
const restartPayload = v.object({ project_id: projectId, service_name: v.optional(text) });
const statusPayload = v.object({ project_id: v.optional(projectId) });
const swarmInitPayload = v.object({ advertise_addr: v.optional(text) });
const swarmJoinPayload = v.object({ advertise_addr: v.optional(text), join_token: text, remote_addrs: v.pipe(v.array(text), v.minLength(1)) });
const workloadId = v.pipe(v.string(), v.regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/, 'a workload id takes 1 to 128 letters, digits, "_", "." and "-", beginning with a letter or digit'));

/** The payload schema of each command type. Unknown fields are dropped: older agents must survive newer control planes. */
export const PAYLOADS = {
  Deploy: deployPayload,
  Rollback: rollbackPayload,
  Scale: scalePayload,
  Stop: stopPayload,
  Restart: restartPayload,
  GetStatus: statusPayload,
  HealthCheck: v.object({}),
  Plan: deployPayload,
  Update: v.object({ target_version: v.optional(text) }),
  SwarmInit: swarmInitPayload,
  SwarmJoin: swarmJoinPayload,
  SwarmLeave: v.object({ force: v.optional(v.boolean(), false) }),
  ApplyWorkload: v.looseObject({ id: workloadId }),
  DeleteWorkload: v.looseObject({ id: workloadId }),
} satisfies Record<CommandType, v.GenericSchema>;

/** What a handler of a command type is given: validated, with defaults filled in. */
export type PayloadOf<T extends CommandType> = v.InferOutput<(typeof PAYLOADS)[T]>;
export type DeployPayload = v.InferOutput<typeof deployPayload>;
export type RegistryLogin = v.InferOutput<typeof registryLogin>;
