// Package machine asks the laptop about itself: whether it is plugged in, and how full its battery is. It knows no records and no use cases, writes
// nothing, and says that it does not know rather than guess.
package machine

// The states of power.
const (
	Unknown = ""        // the system does not say
	Mains   = "mains"   // plugged in, or a machine without a battery
	Battery = "battery" // it runs on its battery
)

// Power is how a laptop is fed.
type Power struct {
	State   string
	Percent int // of the battery; -1 when there is none, or it is not said
}

// ReadPower asks the system. It takes at most a second or two, and never fails: what is not said is unknown.
func ReadPower() Power { return readPower() }
