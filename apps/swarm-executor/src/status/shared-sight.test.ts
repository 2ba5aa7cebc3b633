import { expect, test } from 'vitest';
import type { Filters, Service, Task } from '@axion/docker-engine';
import { SharedSight } from './shared-sight.ts';

const NAMESPACE = 'com.docker.stack.namespace';
const signal = new AbortController().signal;

/** An engine of which each list of services waits until it is let go. */
const slowEngine = (namespaces: readonly string[]) => {
  const looks: { readonly label: string; readonly letGo: () => void; readonly fail: (error: Error) => void }[] = [];
  const matching = (filters: Filters | undefined): readonly string[] => {
    const [, value] = filters!['label']![0]!.split('=');
    return namespaces.filter((namespace) => value === undefined || namespace === value);
  };
  const services = {
    list: async (filters?: Filters) => {
      const gate = Promise.withResolvers<void>();
      looks.push({ label: filters!['label']![0]!, letGo: gate.resolve, fail: gate.reject });
      await gate.promise;
      return matching(filters).map((namespace) => ({ id: `s-${namespace}`, name: `${namespace}_web`, spec: { Labels: { [NAMESPACE]: namespace } } }) as unknown as Service);
    },
  };
  const tasks = { list: async (filters?: Filters) => matching(filters).map((namespace) => ({ id: `t-${namespace}`, serviceId: `s-${namespace}` }) as Task) };
  const engine = { services, tasks, nodes: { list: async () => [] } } as unknown as ConstructorParameters<typeof SharedSight>[0];
  return { looks, sight: new SharedSight(engine) };
};
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('whoever asks during a look is answered by the next one, together', async () => {
  const { looks, sight } = slowEngine(['a']);
  const first = sight.of('a', signal);
  const late = [sight.of('a', signal), sight.of('a', signal)];
  let early = false;
  for (const one of late) void one.then(() => (early = true));
  looks[0]!.letGo();
  expect((await first).tasks).toMatchObject([{ id: 't-a' }]);
  await turn();
  expect(early, 'a look that began before the question answered it').toBe(false);
  looks[1]!.letGo();
  await Promise.all(late);
  expect(looks).toHaveLength(2);
});

test('many stacks are one list, and each asker sees only its own', async () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  const { looks, sight } = slowEngine(names);
  const first = sight.of('a', signal);
  const rest = [...names, 'unknown'].map((name) => sight.of(name, signal));
  looks[0]!.letGo();
  await first;
  await turn();
  expect(looks.map(({ label }) => label)).toEqual([`${NAMESPACE}=a`, NAMESPACE]);
  looks[1]!.letGo();
  const seen = await Promise.all(rest);
  expect(seen.map(({ services, tasks }) => [...services, ...tasks].map(({ id }) => id))).toEqual([...names.map((name) => [`s-${name}`, `t-${name}`]), []]);
});

test('a look that fails fails those who asked, not the next; who gives up does not wait', async () => {
  const { looks, sight } = slowEngine(['a']);
  const first = sight.of('a', signal);
  const leaving = new AbortController();
  const gone = sight.of('a', leaving.signal);
  leaving.abort(new Error('enough'));
  await expect(gone).rejects.toThrow('enough');
  looks[0]!.fail(new Error('the engine is away'));
  await expect(first).rejects.toThrow('away');
  await turn();
  looks[1]!.letGo();
  const next = sight.of('a', signal);
  await turn();
  looks[2]?.letGo();
  expect((await next).services).toHaveLength(1);
});
