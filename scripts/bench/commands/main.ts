// `npm run bench -- commands`: latency against a bare kafkajs loop, throughput, and what the path uses while idle.
import { parseArgs } from 'node:util';
import { runSession } from '../../session/session.ts';
import { boundFigure, percentile, printFigures, ratioFigure } from '../figures.ts';
import { startAgent } from './agent-rig.ts';
import { idleUse } from './idle.ts';
import { agentLoop, bareLoop } from './loop.ts';
import { throughput } from './throughput.ts';

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } } });

process.exitCode = await runSession(async (session) => {
  const rig = await startAgent(session);
  const ours: number[] = [];
  const theirs: number[] = [];
  {
    await using bare = await bareLoop(rig.kafka, rig.agentId);
    await using agent = await agentLoop(rig.kafka, rig.agentId);
    for (let warmUp = 0; warmUp < 50; warmUp += 1) await Promise.all([bare.once(), agent.once()]);
    for (let round = 0; round < (values.quick ? 100 : 500); round += 1) {
      theirs.push(await bare.once());
      ours.push(await agent.once());
    }
  }
  const latency = ratioFigure('latency of GetStatus, p50', ours, theirs, 'ms', 2);
  const figures = [
    // The aim speaks of the two medians.
    { ...latency, value: Number((latency.ours! / latency.theirs!).toPrecision(4)), met: latency.ours! / latency.theirs! <= 2 },
    { name: 'latency of GetStatus, p99', ours: percentile(ours, 0.99), theirs: percentile(theirs, 0.99), value: percentile(ours, 0.99) / percentile(theirs, 0.99), unit: 'ms', aim: 'none, for information', met: true },
    boundFigure('throughput over 100 projects', await throughput(rig, values.quick ? 2000 : 10_000), 'commands a second', { atLeast: 1000 }),
  ];
  const idle = await idleUse(rig, values.quick ? 10 : 60);
  for (const { name, cpuPercent, pssMb, wakeups } of idle) {
    figures.push(boundFigure(`${name} idle: CPU`, cpuPercent, '% of a core', { atMost: 0.5 }), boundFigure(`${name} idle: wake-ups`, wakeups, 'a second', { atMost: 10 }), boundFigure(`${name} after the run: PSS`, pssMb, 'MB', { atMost: 120 }));
  }
  printFigures('commands', figures, values.json);
  return 0;
});
process.exit();
