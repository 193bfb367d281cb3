package desktop

import (
	"context"
	"encoding/json"
	"strconv"
	"sync"
	"time"

	"example.org/carnet/app/locale"
	"example.org/carnet/store/fault"
)

// jobs keeps the long work of this window: what runs, how far it is, how it ended.
type jobs struct {
	mu     sync.Mutex
	last   int
	byID   map[string]*Job
	cancel map[string]context.CancelFunc
}

// progress is handed to long work to say how far it is. It tells the window at most ten times a second.
type progress func(done, total int)

// startJob runs work in the background and gives its id. The window hears the event "job".
func startJob[T any](d *Desktop, title string, work func(context.Context, progress) (T, error)) string {
	ctx, cancel := context.WithCancel(d.ctx)
	job := d.jobs.add(title, cancel)
	go func() {
		defer cancel()
		result, err := runJob(d, ctx, job.ID, work)
		d.jobs.end(job.ID, result, err, d.words())
		d.shell.Emit("job", d.jobs.copyOf(job.ID))
	}()
	return job.ID
}

func runJob[T any](d *Desktop, ctx context.Context, id string, work func(context.Context, progress) (T, error)) (result T, err error) {
	defer d.rescue(&err)
	var told time.Time
	return work(ctx, func(done, total int) {
		d.jobs.step(id, done, total)
		if now := time.Now(); now.Sub(told) >= 100*time.Millisecond {
			told = now
			d.shell.Emit("job", d.jobs.copyOf(id))
		}
	})
}

func (j *jobs) add(title string, cancel context.CancelFunc) *Job {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.byID == nil {
		j.byID, j.cancel = map[string]*Job{}, map[string]context.CancelFunc{}
	}
	j.last++
	job := &Job{ID: strconv.Itoa(j.last), Title: title, State: "running"}
	j.byID[job.ID], j.cancel[job.ID] = job, cancel
	return job
}

func (j *jobs) step(id string, done, total int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.byID[id].Done, j.byID[id].Total = done, total
}

func (j *jobs) end(id string, result any, err error, words *locale.Words) {
	j.mu.Lock()
	defer j.mu.Unlock()
	job := j.byID[id]
	delete(j.cancel, id)
	if err != nil {
		said := words.Error(err)
		job.State, job.Error = "failed", &Failure{Code: said.Code, Text: said.Text}
		if said.Code == "cancelled" {
			job.State = "cancelled"
		}
		return
	}
	text, _ := json.Marshal(result)
	job.State, job.Result = "done", string(text)
}

func (j *jobs) copyOf(id string) Job {
	j.mu.Lock()
	defer j.mu.Unlock()
	return *j.byID[id]
}

func (j *jobs) get(id string) (Job, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if job, ok := j.byID[id]; ok {
		return *job, nil
	}
	return Job{}, fault.New("unknown_id", "id", id)
}

// stop asks long work to end; ending twice is no error.
func (j *jobs) stop(id string) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if cancel := j.cancel[id]; cancel != nil {
		cancel()
	}
	return nil
}
