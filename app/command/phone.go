package command

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"time"

	"example.org/carnet/app"
	"example.org/carnet/app/door/phone"
	"example.org/carnet/app/network"
	"example.org/carnet/app/paper"
)

type phoneCmd struct {
	Serve phoneServe `cmd:"" help:"phone_serve"`
}

type phoneServe struct {
	Meeting string `arg:"" help:"meeting_id"`
	Station string `arg:"" help:"phone_station"`
	Listen  string `default:":7412" placeholder:"ADDRESS" help:"phone_listen"`
	Lend    string `placeholder:"ADDRESS" help:"phone_lend"`
}

// phonesDoc is a door that is open for phones, with the code that the next phone types.
type phonesDoc struct {
	Meeting     string     `json:"meeting"`
	Station     string     `json:"station"`
	Addresses   []string   `json:"addresses"`
	Fingerprint string     `json:"fingerprint"`
	Until       string     `json:"until"`
	Code        string     `json:"code"`
	Expires     string     `json:"expires"`
	Links       []string   `json:"links"` // addresses with the code in them
	Phones      []phoneDoc `json:"phones"`
	Refused     int        `json:"refused"` // requests
}

type phoneDoc struct {
	Phone   string `json:"phone"`
	Name    string `json:"name"`
	Paired  string `json:"paired"`
	Seen    string `json:"seen"`
	Scans   int    `json:"scans"`
	Revoked bool   `json:"revoked"`
}

// Run serves until it is told to end or the day is over. It prints a document whenever there is another code: at the beginning, when one was
// used, and when one ran out. A line “revoke PHONE” on standard input shuts a phone out.
func (c *phoneServe) Run(r *run) error {
	carnet, m, err := r.openMeeting(c.Meeting)
	if err != nil {
		return err
	}
	page := r.world.Page
	if page != nil {
		if _, err := fs.Stat(page, "index.html"); err != nil {
			r.note("cli.phone.no_page", nil)
		}
	}
	server, err := carnet.OpenPhones(m.ID, c.Station, c.Listen, r.words.Lang(), page)
	if err != nil {
		return err
	}
	defer func() { _ = server.Close() }()
	left := server.Until().Sub(r.now())
	ctx, end := context.WithTimeout(r.context(), left)
	defer end()
	carnet.Network.AtDoor(left)
	ctx, fail := context.WithCancelCause(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := c.exchange(ctx, carnet); err != nil && ctx.Err() == nil {
			fail(err)
		}
	}()
	r.servePhones(ctx, server, r.lines(ctx))
	fail(nil)
	<-done
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) && !errors.Is(cause, context.DeadlineExceeded) {
		return cause
	}
	return nil
}

// exchange takes what phones note to the other laptops meanwhile.
func (c *phoneServe) exchange(ctx context.Context, carnet *app.Carnet) error {
	if c.Lend == "" {
		carnet.Network.Start(ctx) // scans are safe here whether a round succeeds or not
		<-ctx.Done()
		return nil
	}
	return carnet.Network.Lend(ctx, network.Lend{Listen: c.Lend}, func(network.Lent) {})
}

// lines gives those of standard input as they come.
func (r *run) lines(ctx context.Context) <-chan string {
	said := make(chan string)
	go func() {
		for lines := bufio.NewScanner(r.world.In); lines.Scan(); {
			select {
			case said <- lines.Text():
			case <-ctx.Done():
				return
			}
		}
	}()
	return said
}

const codeLook = 100 * time.Millisecond // between looks whether a code was used

func (r *run) servePhones(ctx context.Context, server *phone.Server, said <-chan string) {
	tick := time.NewTicker(codeLook)
	defer tick.Stop()
	for {
		if code, _ := server.Code(); code == "" {
			server.Pair()
			_ = r.answerPhones(server) // whoever reads may have gone; the door stays open
		}
		select {
		case <-ctx.Done():
			return
		case line := <-said:
			r.heard(server, line)
			_ = r.answerPhones(server)
		case <-tick.C:
		}
	}
}

// heard does what a line says: “revoke PHONE”. Any other asks for another code.
func (r *run) heard(server *phone.Server, line string) {
	id, revokes := strings.CutPrefix(strings.TrimSpace(line), "revoke ")
	if !revokes {
		server.Pair()
		return
	}
	if err := server.Revoke(strings.ToUpper(strings.TrimSpace(id))); err != nil {
		r.fail(err)
	}
}

func (r *run) answerPhones(server *phone.Server) error {
	m := server.Meeting()
	code, expires := server.Code()
	at := func(t time.Time) string { return rfcTime(onClock(t, m.Meeting)) }
	doc := phonesDoc{Meeting: m.ID, Station: server.Station(), Addresses: server.Addresses(), Fingerprint: server.Fingerprint(), Until: at(server.Until()),
		Code: code, Expires: at(expires), Links: []string{}, Phones: []phoneDoc{}}
	for _, address := range doc.Addresses {
		doc.Links = append(doc.Links, phone.Link(address, code))
	}
	for _, p := range server.Phones() {
		doc.Phones = append(doc.Phones, phoneDoc{Phone: p.ID, Name: p.Name, Paired: at(p.Paired), Seen: at(p.Seen), Scans: p.Scans, Revoked: p.Revoked})
	}
	for _, n := range server.Refused() {
		doc.Refused += n
	}
	return r.answer(doc, func() string { return r.phonesText(doc) })
}

// phonesText shows the code as a picture too: most terminals have the letters for it.
func (r *run) phonesText(doc phonesDoc) string {
	var text strings.Builder
	if rows, err := paper.Modules(doc.Links[0]); err == nil {
		drawHalves(&text, rows)
	}
	text.WriteString(r.words.Say("cli.phone.open", map[string]string{"station": doc.Station, "code": spaced(doc.Code)}) + "\n")
	text.WriteString(strings.Join(doc.Addresses, "\n") + "\n")
	text.WriteString(r.words.Say("cli.phone.fingerprint", map[string]string{"fingerprint": doc.Fingerprint}) + "\n")
	for _, p := range doc.Phones {
		state := strconv.Itoa(p.Scans)
		if p.Revoked {
			state = r.words.Say("cli.phone.revoked", nil)
		}
		fmt.Fprintf(&text, "%s  %s  %s\n", p.Phone, p.Name, state)
	}
	return text.String()
}

// spaced makes a code easy to read out.
func spaced(code string) string {
	return code[:len(code)/2] + " " + code[len(code)/2:]
}

// drawHalves draws two rows of modules in one line, light on the terminal's dark.
func drawHalves(text *strings.Builder, rows [][]bool) {
	for y := 0; y < len(rows); y += 2 {
		for x, dark := range rows[y] {
			below := y+1 < len(rows) && rows[y+1][x]
			switch {
			case !dark && !below:
				text.WriteRune('█')
			case !dark:
				text.WriteRune('▀')
			case !below:
				text.WriteRune('▄')
			default:
				text.WriteRune(' ')
			}
		}
		text.WriteByte('\n')
	}
}
