package meter

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// behind is a meter before a server that echoes, and a client that keeps its connections.
func behind(t *testing.T, answer http.HandlerFunc) (*Meter, *http.Client, string) {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	m, err := Start(strings.TrimPrefix(server.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Stop)
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 32}}
	t.Cleanup(client.CloseIdleConnections)
	return m, client, "http://" + m.Endpoint()
}

func echo(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	_, _ = w.Write(body)
}

func ask(t *testing.T, client *http.Client, method, address string, body []byte) []byte {
	t.Helper()
	request, err := http.NewRequest(method, address, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	response, err := client.Do(request)
	if err != nil {
		t.Error(err)
		return nil
	}
	defer func() { _ = response.Body.Close() }()
	got, err := io.ReadAll(response.Body)
	if err != nil {
		t.Error(err)
	}
	return got
}

func TestEachRequestAndEachByteIsCounted(t *testing.T) {
	m, client, address := behind(t, echo)
	long := bytes.Repeat([]byte("0123456789"), 300_000)
	for _, body := range [][]byte{[]byte("short"), long} {
		if got := ask(t, client, http.MethodPut, address+"/a", body); !bytes.Equal(got, body) {
			t.Errorf("%d bytes came back as %d", len(body), len(got))
		}
	}
	ask(t, client, http.MethodGet, address+"/?list-type=2", nil)
	ask(t, client, http.MethodGet, address+"/a", nil)
	ask(t, client, http.MethodHead, address+"/a", nil)
	ask(t, client, http.MethodDelete, address+"/a", nil)
	r := m.Read()
	if r.Put != 2 || r.List != 1 || r.Get != 1 || r.Head != 1 || r.Delete != 1 || r.Connections != 1 || r.Peak != 1 {
		t.Errorf("%+v", r)
	}
	if bodies := int64(len(long) + len("short")); r.BodyOut != bodies || r.BodyIn != bodies || r.Out < bodies+6*60 || r.Out > bodies+6*400 || r.In < bodies+6*60 {
		t.Errorf("%+v, bodies %d", r, bodies)
	}
}

func TestRequestsUnderWayAtOnceAreCounted(t *testing.T) {
	var inside, all sync.WaitGroup
	inside.Add(7)
	m, client, address := behind(t, func(http.ResponseWriter, *http.Request) {
		inside.Done()
		inside.Wait()
	})
	for range 7 {
		all.Go(func() { ask(t, client, http.MethodGet, address, nil) })
	}
	all.Wait()
	if r := m.Read(); r.Peak != 7 || r.Get != 7 {
		t.Errorf("%+v", r)
	}
	m.Reset()
	if r := m.Read(); r != (Reading{}) {
		t.Errorf("after Reset %+v", r)
	}
}

func TestADistantServerAnswersLaterAndANewConnectionLaterStill(t *testing.T) {
	m, client, address := behind(t, echo)
	m.SetLatency(100 * time.Millisecond)
	for _, least := range []time.Duration{200 * time.Millisecond, 100 * time.Millisecond} {
		begin := time.Now()
		ask(t, client, http.MethodGet, address, nil)
		if took := time.Since(begin); took < least {
			t.Errorf("it took %s, at least %s", took, least)
		}
	}
}

func TestAServerThatIsGoneEndsTheConnection(t *testing.T) {
	m, err := Start("127.0.0.1:1")
	if err != nil {
		t.Fatal(err)
	}
	defer m.Stop()
	if response, err := http.Get("http://" + m.Endpoint()); err == nil {
		_ = response.Body.Close()
		t.Error("somebody answered")
	}
}
