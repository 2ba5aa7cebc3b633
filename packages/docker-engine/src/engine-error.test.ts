import { expect, test } from 'vitest';
import { engineError, isEngineAway } from './engine-error.ts';

const answer = (statusCode: number, message: string): Error => Object.assign(new Error(`(HTTP code ${statusCode}) unexpected - ${message} `), { statusCode, json: { message } });
const broken = (code: string): Error => Object.assign(new Error(`connect ${code} /run/x.sock`), { code });

test.each([
  [answer(503, 'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.'), 'FAILED_PRECONDITION', 'NOT_A_SWARM_MANAGER'],
  [answer(500, 'rpc error: code = Unknown desc = update out of sequence'), 'ABORTED', 'UPDATE_OUT_OF_SEQUENCE'],
  [answer(409, 'rpc error: code = AlreadyExists desc = name conflicts with an existing object: service x already exists'), 'ALREADY_EXISTS', 'NAME_IN_USE'],
  [answer(400, 'rpc error: code = InvalidArgument desc = secret \'x\' is in use by the following service: y'), 'FAILED_PRECONDITION', 'IN_USE'],
  [answer(403, 'error while removing network: network x has active endpoints'), 'FAILED_PRECONDITION', 'IN_USE'],
  [answer(500, 'network sv487qdakadw5ta64m42rb66q not found'), 'NOT_FOUND', 'NOT_FOUND'],
  [answer(404, 'service x not found'), 'NOT_FOUND', 'NOT_FOUND'],
  [answer(403, 'errors: denied: requested access to the resource is denied unauthorized: authentication required'), 'PERMISSION_DENIED', 'REGISTRY_DENIED'],
  [answer(404, 'manifest unknown: manifest unknown'), 'NOT_FOUND', 'IMAGE_NOT_FOUND'],
  [answer(400, 'invalid memory value 1: Must be at least 4MiB'), 'INVALID_ARGUMENT', 'REFUSED_BY_ENGINE'],
  [broken('ECONNREFUSED'), 'UNAVAILABLE', 'ENGINE_UNREACHABLE'],
  [broken('EACCES'), 'PERMISSION_DENIED', 'ENGINE_NO_PERMISSION'],
])('%s', (failure, code, reason) => {
  expect(engineError('do something', 'unix:///run/x.sock', failure)).toMatchObject({ code, reason });
});

test("keeps the engine's words without their frame, and says what to do", () => {
  const error = engineError('update service web', 'unix:///run/x.sock', answer(500, 'rpc error: code = Unknown desc = update out of sequence'));
  expect(error.message).toBe('cannot update service web: update out of sequence');
  expect(engineError('list the services', 'unix:///x', answer(503, 'This node is not a swarm manager.')).message).toContain('docker swarm init');
});

test('an engine that cannot be asked is told apart from one that refuses', () => {
  expect(isEngineAway(engineError('x', 'unix:///x', broken('ENOENT')))).toBe(true);
  expect(isEngineAway(engineError('x', 'unix:///x', answer(404, 'service x not found')))).toBe(false);
});
