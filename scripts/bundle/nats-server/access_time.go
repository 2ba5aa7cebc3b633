// Takes the place of nats-server's package server/ats, with all that the server uses of it.

// Package ats tells the stores when something was last used.
//
// The server's own sets a clock ten times a second as soon as one stream exists, so that a look at it costs an atomic load. Each
// tick wakes Go's scheduler several times: most of what a server at rest does. A node's bus looks some thousand times a second at
// most, for 50 ns each, so this one asks the system's clock, which is never late either.
package ats

import "time"

// TickInterval is how late a time may be for those who ask.
const TickInterval = 100 * time.Millisecond

// Register and Unregister have nothing to start or end.
func Register()   {}
func Unregister() {}

// AccessTime is now, in Unix nanoseconds.
func AccessTime() int64 { return time.Now().UnixNano() }
