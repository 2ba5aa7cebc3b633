import { createHash } from 'node:crypto';
import { AxionError } from '@axion/core';
import type { ApplyWorkloadRequest } from '@axion/contracts/proto/persys/agent/v1/agent_service';
import { DesiredState, WorkloadType as WireType } from '@axion/contracts/proto/persys/agent/v1/workload';
import type { WorkloadSpec } from '@axion/contracts/proto/persys/agent/v1/workload';
import type { Asked } from '../keep/keeper.ts';
import type { AnySpec } from '../workload/spec.ts';
import { parseWorkloadId } from '../workload/workload-id.ts';
import { WIRE_TYPES } from './wire-types.ts';

const MAX_REVISION = 200;

const refuse = (field: string, what: string): AxionError => new AxionError('INVALID_ARGUMENT', `${field} ${what}`, { reason: 'INVALID_SPEC', details: { field } });

const specOf = (given: WorkloadSpec | undefined): AnySpec => {
  const { spec } = given ?? {};
  if (spec === undefined) throw refuse('spec', 'is missing: it takes one of container, compose and vm');
  if (spec.$case === 'container') return { type: 'container', spec: spec.container };
  return spec.$case === 'compose' ? { type: 'compose', spec: spec.compose } : { type: 'vm', spec: spec.vm };
};

/** JSON may hold any text where a number belongs; it arrives as NaN. */
const refuseBrokenNumbers = (value: unknown, field: string): void => {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) throw refuse(field, 'is no whole number');
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) refuseBrokenNumbers(inner, `${field}.${key}`);
};

/**
 * A request as it came over the wire, checked as far as that goes without its driver. Pure.
 *
 * A request without a revision has the one that its spec makes: the same spec again is the same revision.
 *
 * @throws {AxionError} `INVALID_ARGUMENT` with `details.field`
 */
export const askedOf = (request: ApplyWorkloadRequest): Asked => {
  const id = parseWorkloadId(request.id);
  const workload = specOf(request.spec);
  if (request.type !== WireType.UNSPECIFIED && request.type !== WIRE_TYPES[workload.type]) throw refuse('type', `does not fit the spec, which is of type ${workload.type}`);
  refuseBrokenNumbers(workload.spec, `spec.${workload.type}`);
  const { desiredState, revisionId } = request;
  if (desiredState !== DesiredState.UNSPECIFIED && desiredState !== DesiredState.RUNNING && desiredState !== DesiredState.STOPPED) {
    throw refuse('desired_state', 'is none that is known');
  }
  if (revisionId.length > MAX_REVISION || !/^[^\p{Cc}]*$/u.test(revisionId)) throw refuse('revision_id', `takes up to ${MAX_REVISION} printable characters`);
  return {
    id,
    revision: revisionId === '' ? `spec-${createHash('sha256').update(JSON.stringify(workload)).digest('hex').slice(0, 12)}` : revisionId,
    desired: desiredState === DesiredState.STOPPED ? 'stopped' : 'running',
    workload,
  };
};
