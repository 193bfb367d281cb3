package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime/pprof"
	"strconv"
	"strings"
	"time"
)

// tick is the unit of times in /proc: 100 a second on every Linux that Debian runs on.
const tick = 10 * time.Millisecond

// spent is what this laptop has taken of the processors, all its processes together.
func (l *line) spent() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.process == nil {
		return l.ended
	}
	return l.ended + spentBy(l.process.Process.Pid)
}

// rest puts away a process that has ended, with what it took of the processors.
func (l *line) rest() {
	if state := l.process.ProcessState; state != nil {
		l.ended += state.UserTime() + state.SystemTime()
	}
	l.process = nil
}

// spentBy reads the times of a process; zero when it is gone.
func spentBy(process int) (sum time.Duration) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", process))
	_, after, found := strings.Cut(string(text), ") ") // its name may have spaces
	words := strings.Fields(after)
	if err != nil || !found || len(words) < 13 {
		return 0
	}
	for _, word := range words[11:13] { // in the program, in the system
		ticks, _ := strconv.ParseInt(word, 10, 64)
		sum += time.Duration(ticks) * tick
	}
	return sum
}

// profile writes down, minute by minute, what this laptop's processor does: a laptop that is switched off loses the last of them alone.
func profile(at seat) {
	for minute := 0; ; minute++ {
		file, err := os.Create(filepath.Join(at.Profile, fmt.Sprintf("%s-%d-%02d.pprof", at.Name, os.Getpid(), minute)))
		if err != nil || pprof.StartCPUProfile(file) != nil {
			fmt.Fprintln(os.Stderr, "no profile:", err)
			return
		}
		time.Sleep(time.Minute)
		pprof.StopCPUProfile()
		_ = file.Close()
	}
}
