package desktop

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"example.org/carnet/app"
	"example.org/carnet/app/post"
	"example.org/carnet/store"
)

const mailingsShown = 100

// View gives the Mail place.
func (m *Mail) View() (MailView, error) { return ask(m.d, m.d.mailView) }

// Messages gives the beginning of what a query picks.
func (m *Mail) Messages(q MessageQuery) (MessagePage, error) {
	return ask(m.d, func(c *app.Carnet) (MessagePage, error) {
		page := MessagePage{Rows: []MessageRow{}}
		items, total, err := c.Post.Outbox(post.Filter{State: q.State, Mailing: q.Mailing, Member: q.Member, Limit: min(cmp.Or(q.Limit, fewRows), maxPage)})
		laptops := m.d.laptopNames(c)
		for i := range items {
			page.Rows = append(page.Rows, m.d.messageRow(c, &items[i], laptops))
		}
		page.Total = total
		return page, err
	})
}

// Letter gives a queued message as it goes out, or went.
func (m *Mail) Letter(id string) (Letter, error) {
	return ask(m.d, func(c *app.Carnet) (Letter, error) {
		one, err := store.Get[store.Message](c.Store, id)
		if err != nil {
			return Letter{}, err
		}
		composed, err := c.Post.Composed(id)
		return letterOf(composed, one.Name, one.Language), err
	})
}

func letterOf(l post.Composed, name, language string) Letter {
	return Letter{To: l.To, Name: name, Language: language, Subject: l.Subject, Text: l.Text, HTML: l.HTML, Calendar: l.Calendar != nil}
}

// Hold keeps messages from going out until somebody releases them.
func (m *Mail) Hold(ids []string) (Written, error) {
	return m.act("mail.done.held", (*post.Post).Hold, ids)
}

// Arrived notes that messages got there: they are not sent again.
func (m *Mail) Arrived(ids []string) (Written, error) {
	return m.act("mail.done.arrived", (*post.Post).Arrived, ids)
}

// StopMessages takes messages off the queue for good.
func (m *Mail) StopMessages(ids []string) (Written, error) {
	return m.act("mail.done.stopped", (*post.Post).Stop, ids)
}

func (m *Mail) act(key string, does func(*post.Post, []string) (int, error), ids []string) (Written, error) {
	return ask(m.d, func(c *app.Carnet) (Written, error) {
		n, err := does(c.Post, ids)
		return Written{Text: m.d.words().Count(key, n, nil)}, err
	})
}

// SendAgain has messages sent that were held, stopped or refused: a person decided that they did not arrive.
func (m *Mail) SendAgain(ids []string) (Written, error) {
	return ask(m.d, func(c *app.Carnet) (Written, error) {
		n, refused, err := c.Post.Release(m.d.ctx, ids)
		text := m.d.words().Count("mail.done.again", n, nil)
		if refused > 0 {
			text += " " + m.d.words().Count("mail.done.elsewhere", refused, nil)
		}
		m.d.atOnce()
		return Written{Text: text}, err
	})
}

// TakeOver makes this laptop send what another has queued.
func (m *Mail) TakeOver(device string) (Written, error) {
	return ask(m.d, func(c *app.Carnet) (Written, error) {
		t, err := c.Post.TakeOver(m.d.ctx, device)
		text := m.d.words().Count("mail.done.taken", t.Taken, nil)
		if t.Held > 0 {
			text += " " + m.d.words().Count("mail.done.taken-held", t.Held, nil)
		}
		m.d.atOnce()
		return Written{Text: text}, err
	})
}

// Pause keeps the window from sending until it is told to go on.
func (m *Mail) Pause(on bool) (SendingView, error) {
	return ask(m.d, func(c *app.Carnet) (SendingView, error) {
		if err := m.d.pauseSending(on); err != nil {
			return SendingView{}, err
		}
		left, _ := m.d.toSend(c)
		return m.d.sendingView(c, left), nil
	})
}

func (d *Desktop) mailView(c *app.Carnet) (MailView, error) {
	v := MailView{Mailings: []MailingRow{}, Stranded: []QueueRow{}, CanWrite: c.Network.May(store.KindMessage) == nil,
		CanWording: c.Network.May(store.KindTemplate) == nil, CanTake: c.Network.May(store.KindNetwork) == nil}
	sums, err := c.Post.Mailings()
	if err != nil {
		return v, err
	}
	laptops, waiting := d.laptopNames(c), map[string]int{}
	left := 0
	for i := range sums {
		one := &sums[i]
		row := d.mailingRow(c, one, laptops)
		if len(v.Mailings) < mailingsShown {
			v.Mailings = append(v.Mailings, row)
		}
		v.Held, v.Failed = v.Held+row.Held, v.Failed+row.Failed
		if one.Mine {
			left += row.Queued
		} else if row.Queued > 0 {
			waiting[one.Mailing.Laptop] += row.Queued
		}
	}
	for device, n := range waiting {
		v.Stranded = append(v.Stranded, QueueRow{Device: device, Who: cmp.Or(laptops[device], device), Waiting: n})
	}
	slices.SortFunc(v.Stranded, func(a, b QueueRow) int { return cmp.Compare(a.Who, b.Who) })
	v.Sending = d.sendingView(c, left)
	if v.Account, err = accountView(c); err != nil {
		return v, err
	}
	if v.Mailbox, err = d.mailboxView(c); err != nil {
		return v, err
	}
	open, err := c.Inbox.List(true)
	v.Open = len(open)
	return v, err
}

// toSend counts what is to go out from here, now or after a pause, and what is held here, which a run of the sender may settle when another
// laptop is known to have said it.
func (d *Desktop) toSend(c *app.Carnet) (left, held int) {
	sums, err := c.Post.Mailings()
	if err != nil {
		d.log.Error("the outbox could not be read", "error", err)
	}
	for i := range sums {
		if sums[i].Mine {
			left += sums[i].States[post.Queued] + sums[i].States[post.Sending]
			held += sums[i].States[post.Held]
		}
	}
	return left, held
}

func (d *Desktop) mailingRow(c *app.Carnet, one *post.Sum, laptops map[string]string) MailingRow {
	m, n := one.Mailing, one.States
	row := MailingRow{ID: m.ID, Sort: m.Sort, Title: one.Subject, Of: d.aboutName(c, m.For), Who: cmp.Or(laptops[m.Laptop], m.Laptop), Mine: one.Mine,
		Queued: n[post.Queued] + n[post.Sending], Sent: n[post.Sent], Held: n[post.Held], Failed: n[post.Failed], Stopped: n[post.Stopped]}
	for _, some := range n {
		row.All += some
	}
	if at, err := time.Parse(time.RFC3339, m.At); err == nil {
		row.When = d.when(c, at)
	}
	return row
}

// aboutName names a meeting, a series or a chapter; empty when a mailing is about none.
func (d *Desktop) aboutName(c *app.Carnet, id string) string {
	switch {
	case id == "":
		return ""
	case strings.HasPrefix(id, "chp_"):
		return d.recordName(c, store.KindChapter, id)
	case strings.HasPrefix(id, "ser_"):
		if s, err := c.Meetings.Series(id); err == nil {
			return pick(d.words().Lang(), s.Title, s.TitleFR)
		}
	default:
		if m, err := c.Meetings.Get(id); err == nil {
			return pick(d.words().Lang(), m.Title, m.TitleFR)
		}
	}
	return ""
}

// laptopNames gives who works at which laptop.
func (d *Desktop) laptopNames(c *app.Carnet) map[string]string {
	names := map[string]string{}
	laptops, err := c.Network.Laptops()
	if err != nil {
		return names
	}
	for _, l := range laptops {
		names[l.Device] = strings.Trim(l.Coordinator+" · "+l.OfficeName, " ·")
	}
	return names
}

func (d *Desktop) messageRow(c *app.Carnet, one *post.Item, laptops map[string]string) MessageRow {
	m, f := one.Message, one.Fate
	row := MessageRow{ID: m.ID, Mailing: m.Mailing, Member: m.Member, Name: m.Name, To: m.To, Subject: one.Subject, Sort: one.Mailing.Sort, State: f.State,
		StateText: d.words().Say("mail.state."+f.State, nil), Words: d.fateWords(f), Attempts: f.Attempts, Who: cmp.Or(laptops[one.Mailing.Laptop], one.Mailing.Laptop), Mine: one.Mine}
	if !f.Next.IsZero() && f.State == post.Queued {
		row.Next = sayWhen(d.words(), f.Next)
	}
	if !f.At.IsZero() {
		row.When = sayWhen(d.words(), f.At)
	}
	return row
}

// fateWords says why a message is held or stopped, and else what the server said.
func (d *Desktop) fateWords(f post.Fate) string {
	why, rest, _ := strings.Cut(f.Words, " ")
	switch f.State {
	case post.Held, post.Stopped:
		if key := "mail." + f.State + "." + why; d.words().Has(key) {
			return strings.TrimSpace(d.words().Say(key, nil) + " " + rest)
		}
		if f.State == post.Held && f.Words == "" {
			return d.words().Say("mail.held.interrupted", nil)
		}
	case post.Sent:
		if f.Words == "by-hand" {
			return d.words().Say("mail.arrived.by-hand", nil)
		}
	case post.Failed:
		if key := "error." + f.Words; d.words().Has(key) {
			return d.words().Say(key, nil)
		}
	}
	return f.Words
}
