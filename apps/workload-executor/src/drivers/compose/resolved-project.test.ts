import { expect, test } from 'vitest';
import { resolvedProject } from './resolved-project.ts';

test('both forms of printing a resolved file are read the same', () => {
  const one = `
services:
  web:
    image: a:1
    ports: ["127.0.0.1:18080:80/tcp", "81:81", "9", {protocol: udp, published: 9000, target: 9000}]
    restart: on-failure:3
  off: {image: b:1, profiles: [debug]}
  none: {image: c:1, deploy: {replicas: 0}, restart: always}
  made: {image: d:1, build: {context: .}}
version: '3.9'`;
  const two = `
name: x
services:
  web:
    image: a:1
    ports:
      - {mode: ingress, host_ip: 127.0.0.1, target: 80, published: "18080", protocol: tcp}
      - {mode: ingress, target: 81, published: "81", protocol: tcp}
      - {mode: ingress, target: 9000, published: "9000", protocol: udp}
    deploy: {restart_policy: {condition: on-failure}}
  off: {image: b:1, profiles: [debug]}
  none: {image: c:1, deploy: {replicas: 0}, restart: always}
  made: {image: d:1, build: {context: .}}`;
  const expected = {
    services: [
      { name: 'web', restart: 'on-failure', expected: 1 },
      { name: 'off', restart: '', expected: 0 },
      { name: 'none', restart: 'always', expected: 0 },
      { name: 'made', restart: '', expected: 1 },
    ],
    images: ['a:1', 'c:1'],
    ports: [
      { hostPort: 18_080, containerPort: 80, protocol: 'tcp' },
      { hostPort: 81, containerPort: 81, protocol: 'tcp' },
      { hostPort: 9000, containerPort: 9000, protocol: 'udp' },
    ],
  };
  expect(resolvedProject(one, [])).toEqual({ version: '3.9', ...expected });
  expect(resolvedProject(two, [])).toEqual({ version: undefined, ...expected });
  expect(resolvedProject(two, ['debug'])).toMatchObject({ images: ['a:1', 'b:1', 'c:1'] });
});
