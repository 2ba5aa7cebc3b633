// The parts of prom-client that the agent uses. Its entry point also loads the push gateway, the cluster aggregator and
// the default collectors, with http, https, zlib and perf_hooks under them: 17 MB of memory and 25 ms that a process
// without an HTTP server would pay for nothing.
declare module 'prom-client/lib/registry.js' {
  import { Registry } from 'prom-client';
  export default Registry;
}
declare module 'prom-client/lib/counter.js' {
  import { Counter } from 'prom-client';
  export default Counter;
}
declare module 'prom-client/lib/gauge.js' {
  import { Gauge } from 'prom-client';
  export default Gauge;
}
declare module 'prom-client/lib/histogram.js' {
  import { Histogram } from 'prom-client';
  export default Histogram;
}
