import { join } from 'node:path';
import { CommandLoop, connectBus, KnownIdentity } from '@axion/bus';
import { systemClock } from '@axion/core';
import { openEngine } from '@axion/docker-engine';
import { beatSource, readKeyFile, runComponent, SealedBox } from '@axion/service-kit';
import { commandTraces, openTracer } from '@axion/tracing';
import { HostMeter } from './admission/host-room.ts';
import { executeCommand } from './api/execute-command.ts';
import { executorMetrics } from './api/executor-metrics.ts';
import { orphanReports } from './api/orphan-reports.ts';
import { WorkloadActions } from './api/workload-actions.ts';
import { WorkloadApi } from './api/workload-api.ts';
import { engineDisk } from './drivers/container/engine-disk.ts';
import { ImageCare } from './drivers/container/image-care.ts';
import { neededImages } from './drivers/container/needed-images.ts';
import type { Drivers } from './drivers/drivers.ts';
import { openDrivers } from './drivers/open-drivers.ts';
import { Keeper } from './keep/keeper.ts';
import type { KeeperParts } from './keep/keeper-parts.ts';
import { Reconciler } from './keep/reconciler.ts';
import { RuntimeCheck } from './keep/runtime-check.ts';
import { Tasks } from './keep/tasks.ts';
import { ActionHistory } from './store/action-history.ts';
import { hasEarlierKey } from './store/earlier-key.ts';
import { WorkloadBook } from './store/workload-book.ts';

const component = 'workload-executor';
const clock = systemClock;
/** Workloads worked on at a time. */
const WIDTH = 12;

await runComponent({
  name: component,
  async build({ config, log, metrics, health, own, instance, version, signal }) {
    const { workloads } = config;
    const bus = own(await connectBus({ component, instance, url: config.bus.url, credentialsDir: config.bus.credentials_dir, log }, signal));
    const tracer = own(await openTracer({ endpoint: config.tracing.otlp_endpoint, component, instance, version }));
    const measures = executorMetrics(metrics);
    const engine = own(openEngine({ host: config.docker.host, deadlineMs: config.docker.operation_timeout * 1000, onCall: measures.onEngineCall }));
    const home = join(config.agent.data_dir, 'workloads');
    const meter = new HostMeter(workloads.volumes_dir, clock);
    const history = own(new ActionHistory(join(home, 'actions.jsonl'), clock, log));
    await history.open();
    const keyFile = join(home, 'workloads.key');
    const isFirstStart = !(await hasEarlierKey(keyFile));
    const box = new SealedBox(await readKeyFile(keyFile));
    const book = new WorkloadBook({ bucket: bus.bucket('workloads'), box, clock, log });
    const bookWasKept = await book.open();
    const limits = { maxMemoryPercent: workloads.max_memory_percent, maxCpuPercent: workloads.max_cpu_percent, maxDiskPercent: workloads.max_disk_percent };
    const imageDisk = engineDisk(engine);
    const imageCare: ImageCare = new ImageCare({
      engine,
      file: join(home, 'images.json'),
      needed: () => neededImages(book, drivers.all()),
      pressed: async (until) => ((await imageDisk(until))?.usedPercent ?? 0) > limits.maxDiskPercent,
      clock,
      log,
    });
    const drivers: Drivers = openDrivers({ config, engine, metrics: bus.metrics, owner: box.fingerprint, imageCare, imageDisk, clock, log });
    const identity = new KnownIdentity(bus, config.agent.id ?? config.agent.server_id);
    const parts: KeeperParts = {
      book,
      history,
      drivers,
      tasks: new Tasks(clock),
      room: () => meter.room(),
      limits,
      hold: () => identity.hold,
      clock,
      log,
      settings: { pendingTimeoutMs: workloads.pending_timeout * 1000, since: clock.now(), width: WIDTH },
    };
    const keeper = new Keeper(parts);
    const reconciler: Reconciler = new Reconciler({
      parts,
      keeper,
      bookWasKept,
      isFirstStart,
      intervalMs: workloads.reconcile_interval * 1000,
      keeps: workloads.reconcile_enabled,
      gcOrphans: workloads.gc_orphans,
      onOrphan: orphanReports({ events: bus.events, agentId: () => identity.agentId, clock, log }),
      onPass: (seconds, seen) => measures.onPass(seconds, book.all(), seen, reconciler.orphans.length),
    });
    const api = new WorkloadApi({ parts, keeper, reconciler, version });
    const commands = new CommandLoop({
      executor: 'workload',
      bus,
      handle: executeCommand(api),
      agentId: () => identity.agentId,
      parallelism: WIDTH,
      log,
      clock,
      trace: commandTraces(tracer),
      onEnded: ({ type }, ok) => measures.onCommandEnded(type, ok),
    });
    own(bus.onConnection((connected) => void (connected && book.restore().catch((error: unknown) => log.warn({ err: error }, 'the workloads on the bus could not be checked')))), (listener) => listener.stop());
    const presence = bus.presence({ health: beatSource(health, { component, instance, version }), metrics });
    // Actions before commands: what those ask of the bus at their start also sees the subscriptions through.
    return [presence, meter, new RuntimeCheck(parts.drivers, health, clock), imageCare, identity, reconciler, new WorkloadActions(bus.actions, api, clock), commands];
  },
});
