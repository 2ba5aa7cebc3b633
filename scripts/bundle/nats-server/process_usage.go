// Takes the place of nats-server's package server/pse on Linux, with all that the server uses of it.

// Package pse tells the server what it uses of the machine, for whoever asks for its statistics.
//
// The server's own looks every second, asked or not: half of all that a server without clients does. This one looks when it is
// asked.
package pse

import (
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

var (
	mu   sync.Mutex
	last = time.Now()
	used time.Duration
)

// ProcUsage gives the share of a core used since it was last asked, in percent, and the resident and virtual size in bytes.
func ProcUsage(pcpu *float64, rss, vss *int64) error {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return err
	}
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return err
	}
	for i, pages := range strings.Fields(string(text))[:2] {
		count, err := strconv.ParseInt(pages, 10, 64)
		if err != nil {
			return err
		}
		*[]*int64{vss, rss}[i] = count * int64(os.Getpagesize())
	}
	mu.Lock()
	defer mu.Unlock()
	now, spent := time.Now(), time.Duration(usage.Utime.Nano()+usage.Stime.Nano())
	if elapsed := now.Sub(last); elapsed > 0 {
		*pcpu = 100 * float64(spent-used) / float64(elapsed)
	}
	last, used = now, spent
	return nil
}
