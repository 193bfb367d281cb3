package machine

import (
	"unsafe"

	"golang.org/x/sys/windows"
)

// systemPowerStatus is SYSTEM_POWER_STATUS.
type systemPowerStatus struct {
	ACLineStatus, BatteryFlag, BatteryLifePercent, SystemStatusFlag byte
	BatteryLifeTime, BatteryFullLifeTime                            uint32
}

var getSystemPowerStatus = windows.NewLazySystemDLL("kernel32.dll").NewProc("GetSystemPowerStatus")

func readPower() Power {
	var s systemPowerStatus
	if done, _, _ := getSystemPowerStatus.Call(uintptr(unsafe.Pointer(&s))); done == 0 {
		return Power{Percent: -1}
	}
	return s.power()
}

// power reads it: 0 is on battery, 1 on mains, 255 not known; percent 255 is not known.
func (s systemPowerStatus) power() Power {
	p := Power{Percent: -1}
	if s.BatteryLifePercent <= 100 {
		p.Percent = int(s.BatteryLifePercent)
	}
	switch s.ACLineStatus {
	case 0:
		p.State = Battery
	case 1:
		p.State = Mains
	}
	return p
}
