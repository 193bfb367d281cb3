// Package devserver starts a real S3 service on loopback for tests, the demonstration and
// measurements. It knows the program that build/tools builds and nothing of Carnet; no program
// that people use may import it.
package devserver

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"time"
)

// Credentials of every service that is started here. They guard nothing: it listens on loopback.
const (
	AccessKey = "carnet-development"
	SecretKey = "carnet-development-secret"
)

// StartVersitygw serves the folders inside dir as buckets, until stop. The endpoint is HOST:PORT,
// without TLS. When the program has not been built, the error says how to build it. Options are versitygw's own, as "--region=ca-east1".
func StartVersitygw(dir string, options ...string) (endpoint string, stop func(), err error) {
	program, err := versitygw()
	if err != nil {
		return "", nil, err
	}
	endpoint, err = freeAddress()
	if err != nil {
		return "", nil, err
	}
	stop, err = startVersitygw(program, dir, endpoint, options...)
	return endpoint, stop, err
}

// StartMinIO serves dir, until stop. Buckets are made by the service's own requests. The environment may say more,
// as "MINIO_DOMAIN=…".
func StartMinIO(dir string, environment ...string) (endpoint string, stop func(), err error) {
	program, err := tool("minio", "CARNET_MINIO")
	if err != nil {
		return "", nil, err
	}
	endpoint, err = freeAddress()
	if err != nil {
		return "", nil, err
	}
	console, err := freeAddress()
	if err != nil {
		return "", nil, err
	}
	command := exec.Command(program, "server", "--quiet", "--address", endpoint, "--console-address", console, dir)
	command.Env = append(append(os.Environ(), "MINIO_ROOT_USER="+AccessKey, "MINIO_ROOT_PASSWORD="+SecretKey, "MINIO_BROWSER=off", "MINIO_UPDATE=off"), environment...)
	stop, err = start(command, dir, endpoint)
	if err != nil {
		return "", nil, err
	}
	if err := waitUntilReady("http://" + endpoint + "/minio/health/ready"); err != nil {
		stop()
		return "", nil, err
	}
	return endpoint, stop, nil
}

// waitUntilReady waits for a service that listens before it can answer.
func waitUntilReady(address string) error {
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		response, err := http.Get(address)
		if err != nil {
			continue
		}
		_ = response.Body.Close()
		if response.StatusCode == http.StatusOK {
			return nil
		}
	}
	return errors.New("the service was not ready within 20 seconds")
}

// StartToxiproxy starts a proxy that spoils connections as it is told over HTTP, until stop. The endpoint is that of its orders.
func StartToxiproxy() (endpoint string, stop func(), err error) {
	program, err := tool("toxiproxy", "CARNET_TOXIPROXY")
	if err != nil {
		return "", nil, err
	}
	endpoint, err = freeAddress()
	if err != nil {
		return "", nil, err
	}
	host, port, err := net.SplitHostPort(endpoint)
	if err != nil {
		return "", nil, err
	}
	command := exec.Command(program, "-host", host, "-port", port)
	command.Env = append(os.Environ(), "LOG_LEVEL=error")
	stop, err = start(command, os.TempDir(), endpoint)
	return endpoint, stop, err
}

// StartVersitygwAt is StartVersitygw on an address of the caller's choice.
func StartVersitygwAt(dir, endpoint string) (stop func(), err error) {
	program, err := versitygw()
	if err != nil {
		return nil, err
	}
	return startVersitygw(program, dir, endpoint)
}

func versitygw() (string, error) { return tool("versitygw", "CARNET_VERSITYGW") }

// tool finds a program: what the variable says, or build/tools/bin of this module.
func tool(name, variable string) (string, error) {
	program := os.Getenv(variable)
	if program == "" {
		root, err := moduleRoot()
		if err != nil {
			return "", err
		}
		program = filepath.Join(root, "build", "tools", "bin", name)
		if runtime.GOOS == "windows" {
			program += ".exe"
		}
	}
	if _, err := os.Stat(program); err != nil {
		return "", fmt.Errorf("a server for development is not built yet: run `make tools` once, or set %s (looked for %s)", variable, program)
	}
	return program, nil
}

// moduleRoot is the nearest folder above that holds go.mod.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", errors.New("no go.mod above the working folder: run this inside the project, or set CARNET_VERSITYGW")
		}
		dir = filepath.Dir(dir)
	}
}

func freeAddress() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return listener.Addr().String(), listener.Close()
}

func startVersitygw(program, dir, endpoint string, options ...string) (stop func(), err error) {
	command := exec.Command(program, append(append([]string{"--port", endpoint, "--quiet"}, options...), "posix", dir)...)
	command.Env = append(os.Environ(), "ROOT_ACCESS_KEY="+AccessKey, "ROOT_SECRET_KEY="+SecretKey)
	return start(command, dir, endpoint)
}

func start(command *exec.Cmd, dir, endpoint string) (stop func(), err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	// Its log is worth reading only when it does not come up.
	log, err := os.CreateTemp("", filepath.Base(command.Path)+"-*.log")
	if err != nil {
		return nil, err
	}
	command.Stdout, command.Stderr = log, log
	if err := command.Start(); err != nil {
		return nil, err
	}
	exited := make(chan struct{})
	go func() {
		_ = command.Wait() // killing it is how it ends
		close(exited)
	}()
	stop = sync.OnceFunc(func() {
		_ = command.Process.Kill() // it keeps nothing in memory that matters
		<-exited
		_ = log.Close()
		_ = os.Remove(log.Name())
	})
	if err := waitUntilUp(endpoint, exited); err != nil {
		text, _ := os.ReadFile(log.Name())
		stop()
		return nil, fmt.Errorf("%w: %s", err, text)
	}
	return stop, nil
}

func waitUntilUp(endpoint string, exited chan struct{}) error {
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); {
		select {
		case <-exited:
			return errors.New("the service ended at once")
		default:
		}
		conn, err := net.DialTimeout("tcp", endpoint, time.Second)
		if err == nil {
			return conn.Close()
		}
		time.Sleep(20 * time.Millisecond)
	}
	return errors.New("the service did not answer within 20 seconds")
}
