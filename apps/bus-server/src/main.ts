import { PROVISION } from './provision-apart.ts';

// Two programs in one file: the supervisor, which stays, and what it has done in a process that ends. Each loads its own half.
const [task, settings] = process.argv.slice(2);
if (task === PROVISION && settings !== undefined) {
  const { provisionOnce } = await import('./provision-once.ts');
  await provisionOnce(settings);
} else {
  const { superviseBus } = await import('./supervise-bus.ts');
  await superviseBus();
}
