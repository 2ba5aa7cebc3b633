import { closed, duration, integer, listOf, listOrMap, number, since, text, type Schema } from './schema.ts';

/** The `deploy` key in format version 3.`minor`. */
export const deploySchema = (minor: number): Schema => {
  const updateConfig = closed({
    parallelism: integer,
    delay: duration,
    failure_action: text,
    monitor: duration,
    max_failure_ratio: number,
    ...since(minor, 4, { order: { types: ['string'], values: ['start-first', 'stop-first'] } }),
  });
  return closed(
    {
      mode: text,
      replicas: integer,
      labels: listOrMap,
      update_config: updateConfig,
      resources: closed({
        limits: closed({ cpus: text, memory: text, ...since(minor, 9, { pids: integer }) }),
        reservations: closed({ cpus: text, memory: text, ...since(minor, 5, { generic_resources: genericResources }) }),
      }),
      restart_policy: closed({ condition: text, delay: duration, max_attempts: integer, window: duration }),
      placement: closed({
        constraints: listOf(text),
        ...since(minor, 3, { preferences: listOf(closed({ spread: text })) }),
        ...since(minor, 8, { max_replicas_per_node: integer }),
      }),
      ...since(minor, 2, { endpoint_mode: text }),
      ...since(minor, 7, { rollback_config: updateConfig }),
    },
    { types: ['object', 'null'] },
  );
};

const genericResources = listOf(closed({ discrete_resource_spec: closed({ kind: text, value: number }) }));
