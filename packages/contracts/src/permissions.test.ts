import { describe, expect, test } from 'vitest';
import { BUS_USERS, permissionsOf } from './permissions.ts';
import { COMPONENTS } from './components.ts';

/** Whether a NATS subject pattern covers a subject. */
const covers = (pattern: string, subject: string): boolean => {
  const [want, have] = [pattern.split('.'), subject.split('.')];
  for (const [index, token] of want.entries()) {
    if (token === '>') return have.length > index;
    if (have[index] === undefined || (token !== '*' && token !== have[index])) return false;
  }
  return want.length === have.length;
};
const whoPublishes = (subject: string) => BUS_USERS.filter((user) => permissionsOf(user).publish.some((pattern) => covers(pattern, subject)));
const whoReads = (subject: string) => BUS_USERS.filter((user) => permissionsOf(user).subscribe.some((pattern) => covers(pattern, subject)));

test('every component has credentials', () => {
  for (const { name } of COMPONENTS) expect(BUS_USERS).toContain(name);
});

describe('who may publish', () => {
  test.each([
    ['axion.cmd.swarm.shop', ['cli', 'command-worker', 'control-link']],
    ['axion.evt.DeployCompleted.shop', ['cli', 'command-worker', 'control-link', 'swarm-executor', 'workload-executor']],
    ['axion.tel.host', ['telemetry-sampler']],
    ['axion.act.swarm.stop', ['cli', 'command-worker', 'control-link', 'local-gateway']],
    ['axion.metrics.scrape', ['cli', 'control-link', 'health-endpoint', 'workload-executor']],
    ['$KV.identity.agent', ['control-link']],
    ['$KV.projects.shop', ['swarm-executor']],
    ['$KV.ledger.c-1', ['command-worker', 'swarm-executor', 'workload-executor']],
    ['$KV.leases.swarm.shop', ['swarm-executor']],
    ['$KV.leases.workload.shop', ['workload-executor']],
    ['$KV.workloads.web', ['workload-executor']],
    ['axion.act.workload.apply', ['cli', 'control-link', 'local-gateway']],
    ['axion.stored.cmd.swarm.shop', []],
    ['axion.health.swarm-executor.1', ['swarm-executor']],
    ['$JS.API.STREAM.MSG.DELETE.COMMANDS', ['admin', 'swarm-executor', 'workload-executor']],
    ['$JS.API.STREAM.PURGE.TELEMETRY', ['admin', 'control-link']],
    ['$JS.API.STREAM.PURGE.COMMANDS', ['admin', 'swarm-executor', 'workload-executor']],
    ['$JS.API.STREAM.CREATE.X', ['admin']],
    ['$JS.API.STREAM.UPDATE.COMMANDS', ['admin']],
    ['$JS.API.STREAM.DELETE.COMMANDS', ['admin']],
    ['$JS.API.CONSUMER.CREATE.COMMANDS.x', ['admin']],
    ['$JS.API.CONSUMER.CREATE.COMMANDS.x.axion.cmd.swarm.>', ['admin']],
    ['$JS.API.CONSUMER.DURABLE.CREATE.EVENTS.x', ['admin']],
    ['_INBOX_cli.abc', []],
  ])('%s', (subject, users) => {
    expect(whoPublishes(subject).toSorted()).toEqual(users);
  });
});

test('replies are read by the one who asked, commands by their executor', () => {
  for (const user of BUS_USERS) expect(whoReads(`_INBOX_${user}.abc`)).toEqual([user]);
  expect(whoReads('axion.cmd.swarm.shop').toSorted()).toEqual(['cli', 'swarm-executor']);
  expect(whoReads('axion.stored.cmd.swarm.shop').toSorted()).toEqual(['cli', 'swarm-executor']);
  expect(whoReads('axion.act.swarm.stop').toSorted()).toEqual(['cli', 'swarm-executor']);
});
