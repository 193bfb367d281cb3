// Package simulation plays whole networks of laptops against a bucket that lies, breaks and forgets,
// in an order that a seed decides, and then checks what must always hold: equal digests at equal
// frontiers, every acknowledged change reachable, nothing written beyond a role, nothing readable
// outside its office. It drives the real engine and the real store, on a disk in memory where there is one.
// It may know of sync, store, roster and bucket; it never mends what it finds.
package simulation
