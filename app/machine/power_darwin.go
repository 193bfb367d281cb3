package machine

import (
	"context"
	"os/exec"
	"time"
)

func readPower() Power {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	said, err := exec.CommandContext(ctx, "/usr/bin/pmset", "-g", "batt").Output()
	if err != nil {
		return Power{Percent: -1}
	}
	return pmset(string(said))
}
