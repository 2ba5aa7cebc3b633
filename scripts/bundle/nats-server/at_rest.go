// Compiled into the main package of nats-server, beside its own main.go; it replaces nothing.

package main

import (
	"runtime/debug"
	"runtime/metrics"
	"time"
)

const (
	lookEvery = 15 * time.Second
	// Who allocates more than this between two looks is busy: beats and samples take a tenth of it, a burst fifty times as much.
	busyBytes = 4 << 20
	// The server gives up the buffers of blocks that it wrote 10 s after the last write.
	restLooks = 2
	// What grows slowly at rest goes every five minutes.
	againLooks = 20
)

// Gives memory back once the start is over, again after every burst, and now and then. The buffers that the server gives up, of
// up to 8 MB each, go to pools which two collections empty; but at rest it allocates so little that Go collects every two
// minutes, and hands pages back slowly: 50 MB of a burst of 10,000 commands stayed for minutes.
func init() {
	go func() {
		allocations := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
		var allocated uint64
		quiet := 0
		for range time.Tick(lookEvery) {
			metrics.Read(allocations)
			before := allocated
			allocated = allocations[0].Value.Uint64()
			quiet++
			if allocated-before > busyBytes {
				quiet = 0
			}
			if quiet%againLooks == restLooks {
				debug.FreeOSMemory()
				debug.FreeOSMemory()
			}
		}
	}()
}
