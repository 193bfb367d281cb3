package sync

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"example.org/carnet/store/durable"
	"example.org/carnet/sync/snapshot"
)

// arriving are the parts of a full snapshot on their way. They come before the store is touched, so that people
// can write while they come, and stay on the disk, sealed, until the laptop has begun from them: a round that is
// stopped goes on where it was.
type arriving struct {
	folder string // empty where nothing is kept: then they lie in memory
	mu     sync.Mutex
	parts  map[string][]byte
}

// arrivingFolder is where parts lie; empty where this laptop keeps no objects.
func (e *Engine) arrivingFolder() string {
	if e.Objects == "" {
		return ""
	}
	return filepath.Join(e.Objects, "arriving")
}

// forgetArriving lets parts go: the laptop has begun from them, or what they may hold was erased.
func (e *Engine) forgetArriving() error {
	folder := e.arrivingFolder()
	if folder == "" {
		return nil
	}
	if err := os.RemoveAll(folder); err != nil {
		return durable.Fault(folder, err)
	}
	return nil
}

func partFile(key string) string { return strings.ReplaceAll(key, "/", ".") }

// wholeOf gives a part that has come, nil for one that has not or was damaged here.
func (a *arriving) wholeOf(m *snapshot.Manifest, number int) []byte {
	key := m.PartKey(number)
	a.mu.Lock()
	data := a.parts[key]
	a.mu.Unlock()
	if data == nil && a.folder != "" {
		data, _ = durable.Read(filepath.Join(a.folder, partFile(key)), snapshot.MaxPart)
	}
	if data == nil || m.CheckPart(number, data) != nil {
		return nil
	}
	return data
}

func (a *arriving) keep(key string, data []byte) error {
	if a.folder != "" {
		return durable.Write(filepath.Join(a.folder, partFile(key)), data)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.parts[key] = data
	return nil
}

// makeRoom prepares the folder and removes the parts of other full snapshots.
func (a *arriving) makeRoom(manifests []*snapshot.Manifest) error {
	if a.folder == "" {
		return nil
	}
	if err := os.MkdirAll(a.folder, 0o700); err != nil {
		return durable.Fault(a.folder, err)
	}
	files, err := os.ReadDir(a.folder)
	if err != nil {
		return durable.Fault(a.folder, err)
	}
	wanted := map[string]bool{}
	for _, m := range manifests {
		for number := range m.Parts {
			wanted[partFile(m.PartKey(number))] = true
		}
	}
	for _, f := range files {
		if !wanted[f.Name()] {
			if err := os.Remove(filepath.Join(a.folder, f.Name())); err != nil {
				return durable.Fault(a.folder, err)
			}
		}
	}
	return nil
}

// part names one that is wanted.
type part struct {
	of     *snapshot.Manifest
	number int
}

// bring gets the parts of these manifests that are not here yet, and tells how far it is. What goes wrong with a
// part is noted as its manifest's.
func (r *round) bring(manifests []*snapshot.Manifest, blame *blame) (*arriving, error) {
	a := &arriving{folder: r.arrivingFolder(), parts: map[string][]byte{}}
	if err := a.makeRoom(manifests); err != nil {
		return nil, err
	}
	p := &progress{engine: r.Engine}
	var lacks []part
	for _, m := range manifests {
		p.total += int64(m.Size())
		for number := range m.Parts {
			if data := a.wholeOf(m, number); data != nil {
				p.done += int64(len(data))
			} else {
				lacks = append(lacks, part{m, number})
			}
		}
	}
	p.add(0)
	return a, r.bringAll(a, lacks, p, blame)
}

// At first few parts come at once: on a slow line many would come to nothing for long, and what has not come whole is
// lost when somebody stops it. Each that came soon lets one more come beside it.
const (
	fewParts = 2
	soonHere = 2 * time.Second
)

// bringAll gets parts, several at once, until the first that goes wrong.
func (r *round) bringAll(a *arriving, lacks []part, p *progress, blame *blame) (err error) {
	var wait sync.WaitGroup
	var mu sync.Mutex
	slots := make(chan struct{}, r.AtOnce)
	for range r.AtOnce - fewParts {
		slots <- struct{}{}
	}
	failed := func() bool {
		mu.Lock()
		defer mu.Unlock()
		return err != nil
	}
	closed := r.AtOnce - fewParts
	more := func() {
		mu.Lock()
		defer mu.Unlock()
		if closed > 0 {
			closed--
			<-slots
		}
	}
	for one := range slices.Values(lacks) {
		slots <- struct{}{}
		if failed() {
			break
		}
		wait.Go(func() {
			began := time.Now()
			defer func() {
				<-slots
				if time.Since(began) < soonHere {
					more()
				}
			}()
			problem := r.bringOne(a, one, p, blame)
			if problem == nil {
				return
			}
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				err = problem
			}
		})
	}
	wait.Wait()
	return err
}

func (r *round) bringOne(a *arriving, one part, p *progress, blame *blame) error {
	if err := stopped(r.ctx); err != nil {
		return err
	}
	data, err := r.getPart(one, blame)
	if err == nil {
		err = a.keep(one.of.PartKey(one.number), data)
	}
	if err == nil {
		p.add(len(data))
	}
	return err
}

// getPart gets a part as its manifest speaks of it. What lies there instead is to blame, and no manifest: they are signed, and parts are not.
func (r *round) getPart(one part, blame *blame) ([]byte, error) {
	key := one.of.PartKey(one.number)
	data, err := r.Bucket.Get(r.ctx, key, snapshot.MaxPart)
	if err == nil {
		err = one.of.CheckPart(one.number, data)
	}
	if err != nil {
		return nil, blame.add(wrong{m: one.of, part: key, object: data, err: err})
	}
	return data, nil
}
