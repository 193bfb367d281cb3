package desktop

import (
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"example.org/carnet/app"
	"example.org/carnet/app/locale"
	"example.org/carnet/app/meetings"
	"example.org/carnet/app/meetings/requests"
	"example.org/carnet/app/meetings/zones"
	"example.org/carnet/store"
	"example.org/carnet/store/directory"
)

const (
	comingShown   = 6
	namesShown    = 3  // in the second line of a card
	mandateDays   = 60 // a mandate that ends within so many days waits for a person
	questionsTime = 80 * time.Millisecond
)

// todayState is what the first screen keeps between its calls.
type todayState struct {
	duplicates slow[int]
	moved      slow[meetings.Moves]          // what newer zone data moved
	notes      slow[[]noteCount]             // that wait after meetings
	others     map[string]*slow[[]OtherLine] // by language
	since      time.Time                     // what others did since then is shown
	ready      sync.Once                     // tells the window when the directory can be asked
}

func (d *Desktop) today(c *app.Carnet) (Today, error) {
	w, now := d.words(), c.Now().In(zones.Here())
	cards, err := d.waitingCards(c, now)
	if err != nil {
		return Today{}, err
	}
	coming, err := c.Meetings.Coming()
	if err != nil {
		return Today{}, err
	}
	t := Today{
		Date: capital(w.Date(now, locale.WeekdayDate)), Cards: cards, Others: []OtherLine{},
		Coming: d.meetingRows(c, coming[:min(len(coming), comingShown)]),
	}
	t.Waiting = w.Say("today.nothing-waits", nil)
	if n := len(cards); n > 0 {
		t.Waiting = w.Count("today.said.waiting", n, nil)
	}
	since := d.seenBefore(now)
	t.OthersTitle = w.Say("today.said.others", map[string]string{"day": d.sinceText(since, now)})
	t.Others = append(t.Others, d.othersKept().get(c.Store.Version(), questionsTime, func() []OtherLine { return d.others(c, since) }, d.emitChanged(c))...)
	t.Chart, err = d.chart(c, now)
	return t, err
}

func (d *Desktop) othersKept() *slow[[]OtherLine] {
	lang := d.words().Lang()
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.todayKept.others == nil {
		d.todayKept.others = map[string]*slow[[]OtherLine]{}
	}
	if d.todayKept.others[lang] == nil {
		d.todayKept.others[lang] = &slow[[]OtherLine]{}
	}
	return d.todayKept.others[lang]
}

// askAgain has the window ask again once the directory has been read after the start.
func (d *Desktop) askAgain(c *app.Carnet) {
	d.todayKept.ready.Do(func() {
		go func() {
			c.Store.WaitDirectory()
			d.emitChanged(c)()
		}()
	})
}

// emitChanged tells the window that an answer has grown.
func (d *Desktop) emitChanged(c *app.Carnet) func() {
	return func() { d.shell.Emit("changed", strconv.FormatUint(c.Store.Version(), 10)) }
}

func capital(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}

// waitingCards lists what waits for a person, the most pressing first.
func (d *Desktop) waitingCards(c *app.Carnet, now time.Time) ([]WaitingCard, error) {
	cards := []WaitingCard{}
	for _, look := range []func(*app.Carnet, time.Time) (WaitingCard, bool, error){
		d.askingCard, d.requestCard, d.conflictCard, d.refusedCard, d.unsentCard, d.heldCard, d.incomingCard, d.movedCard, d.noteCard, d.undatedCard, d.mandateCard, d.duplicateCard,
	} {
		card, waits, err := look(c, now)
		if err != nil {
			return nil, err
		}
		if waits {
			cards = append(cards, card)
		}
	}
	return cards, nil
}

func (d *Desktop) card(key string, n int, detail, icon, tone, place string) WaitingCard {
	w := d.words()
	return WaitingCard{
		Icon: icon, Tone: tone, Title: w.Count("today.card."+key, n, nil), Detail: detail, Action: w.Say("today.card."+key+".action", nil), Place: place,
	}
}

func (d *Desktop) conflictCard(c *app.Carnet, _ time.Time) (WaitingCard, bool, error) {
	conflicts, err := c.People.Conflicts()
	if err != nil || len(conflicts) == 0 {
		return WaitingCard{}, false, err
	}
	var names []string
	for _, one := range conflicts[:min(len(conflicts), namesShown)] {
		names = append(names, d.words().Say("today.card.conflict.of", map[string]string{
			"record": d.nameThenOrNow(c, one.Kind, one.Record), "field": lower(d.fieldName(one.Field)),
		}))
	}
	return d.card("conflict", len(conflicts), andMore(names, len(conflicts)), "conflict", "amber", "conflicts"), true, nil
}

func lower(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToLower(first)) + text[size:]
}

func andMore(names []string, all int) string {
	text := strings.Join(names, ", ")
	if all > len(names) {
		text += "…"
	}
	return text
}

func (d *Desktop) refusedCard(c *app.Carnet, _ time.Time) (WaitingCard, bool, error) {
	n := c.Network.NeedsPerson()
	return d.card("refused", n, d.words().Say("today.card.refused.detail", nil), "refused", "brick", "network"), n > 0, nil
}

// askingCard tells of laptops that wait for an administrator's yes.
func (d *Desktop) askingCard(c *app.Carnet, _ time.Time) (WaitingCard, bool, error) {
	n := c.Network.Asking()
	return d.card("asking", n, d.words().Say("today.card.asking.detail", nil), "laptop", "amber", "network"), n > 0, nil
}

// requestCard tells of people who ask to come.
func (d *Desktop) requestCard(c *app.Carnet, _ time.Time) (WaitingCard, bool, error) {
	n, names := 0, []string{}
	for q, err := range store.All[store.Request](c.Store) {
		if err != nil {
			return WaitingCard{}, false, err
		}
		if q.Status != requests.Open || q.Office != c.Network.MyOffice() {
			continue
		}
		if n++; len(names) < namesShown {
			names = append(names, requestName(q))
		}
	}
	return d.card("requests", n, andMore(names, n), "people", "amber", "meetings?view=requests"), n > 0, nil
}

// unsentCard tells of what was written here before a long silence.
func (d *Desktop) unsentCard(c *app.Carnet, _ time.Time) (WaitingCard, bool, error) {
	list, err := c.Network.Unsent()
	if err != nil {
		return WaitingCard{}, false, nil // without a network there is nothing to send
	}
	return d.card("unsent", len(list), d.words().Say("today.card.unsent.detail", nil), "people", "amber", "network"), len(list) > 0, nil
}

// movedDays is how long the meetings that newer zone data moved are told.
const movedDays = 30

// movedCard names the coming meetings whose local time is another for some members since newer zone data came, and leads to where one
// writes to those who were invited.
func (d *Desktop) movedCard(c *app.Carnet, now time.Time) (WaitingCard, bool, error) {
	rows, err := d.movedRows(c, d.movedNow(c, now))
	n, titles := 0, []string{}
	for i := range rows {
		n += 1 + rows[i].More
		titles = append(titles, rows[i].Name+" ("+rows[i].When+")")
	}
	return d.card("moved", n, andMore(titles[:min(len(titles), namesShown)], n), "clock", "amber", "mail"), n > 0, err
}

// undatedCard counts coming meetings whose date is to be set, or that are not confirmed a week before.
func (d *Desktop) undatedCard(c *app.Carnet, _ time.Time) (WaitingCard, bool, error) {
	list, err := c.Meetings.List(func(p meetings.Planned) bool { return p.Start.IsZero() && p.Status != "cancelled" })
	if err != nil || len(list) == 0 {
		return WaitingCard{}, false, err
	}
	var names []string
	for _, p := range list[:min(len(list), namesShown)] {
		names = append(names, pick(d.words().Lang(), p.Title, p.TitleFR))
	}
	place := "meetings"
	if len(list) == 1 {
		place += "?id=" + list[0].ID
	}
	return d.card("undated", len(list), andMore(names, len(list)), "clock", "amber", place), true, nil
}

func (d *Desktop) mandateCard(c *app.Carnet, _ time.Time) (WaitingCard, bool, error) {
	people, ready := c.Store.Directory()
	if !ready {
		return WaitingCard{}, false, nil
	}
	q := directory.Query{Lang: d.words().Lang(), Limit: namesShown}
	q.TermEndsFrom, q.TermEndsBefore = endsWithin(c.Now(), mandateDays)
	page, total := people.Members(q)
	var names []string
	for _, m := range page {
		names = append(names, strings.TrimSpace(m.Given+" "+m.Family))
	}
	return d.card("mandate", total, andMore(names, total), "people", "ink", "members?ends="+strconv.Itoa(mandateDays)), total > 0, nil
}

func (d *Desktop) duplicateCard(c *app.Carnet, _ time.Time) (WaitingCard, bool, error) {
	if _, ready := c.Store.Directory(); !ready {
		return WaitingCard{}, false, nil
	}
	n := d.todayKept.duplicates.get(c.Store.Version(), questionsTime, func() int { return len(c.People.Duplicates()) }, d.emitChanged(c))
	return d.card("duplicate", n, d.words().Say("today.card.duplicate.detail", nil), "duplicate", "ink", "members?view=duplicates"), n > 0, nil
}

const chartMonths = 12

// chart counts attendance by month over the last twelve, this one included.
func (d *Desktop) chart(c *app.Carnet, now time.Time) (Chart, error) {
	w := d.words()
	first := time.Date(now.Year(), now.Month()-chartMonths+1, 1, 0, 0, 0, 0, now.Location())
	list, err := c.Meetings.List(func(p meetings.Planned) bool { return !p.Start.Before(first) && p.Start.Before(now) })
	if err != nil {
		return Chart{}, err
	}
	figures := c.Door.Figures(list, countingTime, d.emitChanged(c))
	counts, all, communities := [chartMonths]int{}, 0, map[string]bool{}
	for _, p := range list {
		figure, at := figures[p.ID], p.Start.In(now.Location())
		month := (at.Year()-first.Year())*12 + int(at.Month()-first.Month())
		counts[month] += figure.Came
		all += figure.Came
		for _, id := range figure.Communities {
			communities[id] = true
		}
	}
	chart := Chart{Title: w.Say("today.said.chart", nil), Bars: make([]ChartBar, chartMonths), Left: monthYear(w, first)}
	for i := range chart.Bars {
		month := first.AddDate(0, i, 0)
		chart.Bars[i] = ChartBar{Value: counts[i], Label: w.Count("today.said.bar", counts[i], map[string]string{"month": monthName(w, month)})}
	}
	chart.Right = w.Count("today.said.attendances", all, nil) + ", " + w.Count("today.said.communities", len(communities), nil)
	return chart, nil
}

func monthName(w *locale.Words, t time.Time) string { return w.Say("date.month."+t.Format("01"), nil) }

func monthYear(w *locale.Words, t time.Time) string {
	return w.Say("date.month.short."+t.Format("01"), nil) + " " + strconv.Itoa(t.Year())
}

// recentKinds are the records whose changes by others are told; scans are counted elsewhere.
var recentKinds = []store.Kind{store.KindMember, store.KindMeeting, store.KindChapter, store.KindCommunity, store.KindOffice, store.KindConsent}
