package attendance

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"example.org/carnet/store"
)

// A scenario is written as words: "9:00 in A" is an arrival at door A, "9:30 out B" a departure,
// "9:31 undo 2" takes back the second fact of the line (counted from 1). All are of one person.
func facts(t *testing.T, line string) []store.Scan {
	t.Helper()
	var list []store.Scan
	for i, part := range strings.Split(line, ",") {
		words := strings.Fields(part)
		if len(words) < 2 {
			continue
		}
		f := store.ScanFact{Meeting: "mtg", Member: "mem_one", Kind: words[1], At: clock(words[0]).UnixMilli()}
		if len(words) > 2 && f.Kind == Undo {
			f.Undoes = "scn_" + words[2]
		} else if len(words) > 2 {
			f.Station = words[2]
		}
		list = append(list, store.Scan{ID: fmt.Sprintf("scn_%d", i+1), Fact: f})
	}
	return list
}

func clock(text string) time.Time {
	at, err := time.Parse("2006-01-02 15:04", "2026-12-09 "+text)
	if err != nil {
		panic(err)
	}
	return at
}

func self(id string) string { return id }

var forumDay = Span{Start: clock("9:00"), End: clock("17:00")}

// say writes intervals and notes as "9:00-9:30 11:00-12:00! +left_twice", with ! for present.
func say(a Attendance) string {
	if len(a.People) == 0 {
		return "nobody"
	}
	var words []string
	for _, p := range a.People {
		for _, each := range p.Intervals {
			text := each.From.Format("15:04") + "-" + each.To.Format("15:04")
			if each.Open {
				text += "!"
			}
			words = append(words, text)
		}
		for _, note := range p.Notes {
			words = append(words, "+"+note.Code)
		}
	}
	return strings.Join(words, " ")
}

func TestAttendanceFollowsFromFacts(t *testing.T) {
	rows := []struct{ name, facts, now, want string }{
		{"nobody came", "", "10:00", "nobody"},
		{"in and still there", "9:00 in A", "10:00", "09:00-10:00!"},
		{"in and out at one door", "9:00 in A, 9:30 out A", "10:00", "09:00-09:30"},
		{"in by one door, out by another", "9:00 in A, 9:30 out B", "10:00", "09:00-09:30"},
		{"out, then in again", "9:00 in A, 9:30 out A, 11:00 in A, 12:00 out A", "13:00", "09:00-09:30 11:00-12:00"},
		{"crossing doors both ways", "9:00 in A, 10:00 out B, 11:00 in B, 12:00 out A", "13:00", "09:00-10:00 11:00-12:00"},
		{"an arrival twice at one door", "9:00 in A, 9:30 in A, 10:00 out A", "13:00", "09:00-10:00"},
		{"at two doors at once", "9:00 in A, 9:05 in B, 9:10 out B, 10:00 out A", "13:00", "09:00-10:00 +two_doors"},
		{"at two doors, then left by one", "9:00 in A, 9:05 in B, 9:10 out B", "13:00", "09:00-09:10 +two_doors"},
		{"at two doors, left, back after lunch", "9:00 in A, 9:05 in B, 12:00 out B, 13:00 in B, 16:00 out B", "17:00", "09:00-12:00 13:00-16:00 +two_doors"},
		{"a second arrival an hour later is not strange", "9:00 in A, 10:05 in B, 12:00 out B", "13:00", "09:00-12:00"},
		{"left before arriving", "8:50 out A, 9:00 in A, 9:30 out A", "13:00", "09:00-09:30 +left_before_arriving"},
		{"only a departure", "9:30 out A", "13:00", "+left_before_arriving"},
		{"left twice", "9:00 in A, 9:30 out A, 9:40 out A", "13:00", "09:00-09:30 +left_twice"},
		{"never left: counted to the end", "9:00 in A", "23:00", "09:00-17:00! +no_departure"},
		{"arrived after now, as by a fast clock", "9:00 in A", "8:30", "09:00-09:00!"},
		{"undone", "9:00 in A, 9:01 undo 1", "10:00", "nobody"},
		{"a departure undone", "9:00 in A, 9:30 out A, 9:31 undo 2", "10:00", "09:00-10:00! +undone"},
		{"an undo undone", "9:00 in A, 9:01 undo 1, 9:02 undo 2", "10:00", "09:00-10:00!"},
		{"undone by two laptops", "9:00 in A, 9:01 undo 1, 9:02 undo 1", "10:00", "nobody"},
		{"one of two undos undone", "9:00 in A, 9:01 undo 1, 9:02 undo 1, 9:03 undo 2", "10:00", "nobody"},
		{"an undo that comes before its scan by a slow clock", "8:59 undo 2, 9:00 in A", "10:00", "nobody"},
		{"undos in a circle do not stand", "9:00 in A, 9:01 undo 3, 9:02 undo 2", "10:00", "09:00-10:00!"},
		{"undoing what is not there", "9:00 in A, 9:01 undo 9", "10:00", "09:00-10:00!"},
	}
	for _, row := range rows {
		if got := say(Compute(facts(t, row.facts), forumDay, clock(row.now), self)); got != row.want {
			t.Errorf("%s: %s; want %s", row.name, got, row.want)
		}
	}
}

func TestMinutesAndFirstAndLast(t *testing.T) {
	a := Compute(facts(t, "9:00 in A, 9:30 out B, 11:00 in C, 12:10 out C"), forumDay, clock("13:00"), self)
	p := a.People[0]
	if p.Minutes != 100 || p.Present || a.Present != 0 || !p.FirstIn.Equal(clock("9:00")) || !p.LastOut.Equal(clock("12:10")) {
		t.Errorf("%+v", p)
	}
	if strings.Join(p.Sources, " ") != "door:A door:B door:C" {
		t.Error(p.Sources)
	}
	a = Compute(facts(t, "9:00 in, 9:30 out, 10:00 in"), Span{}, clock("10:20"), self)
	if p := a.People[0]; p.Minutes != 50 || !p.Present || !p.LastOut.IsZero() || p.Sources[0] != "door" || a.Present != 1 {
		t.Errorf("%+v", p)
	}
}

func TestAClockThatIsYearsOffDoesNotCountForYears(t *testing.T) {
	list := facts(t, "9:00 in A, 9:30 out A, 10:00 in A, 11:00 out A")
	list[0].Fact.At, list[3].Fact.At = -1<<62, 1<<62
	if p := Compute(list, forumDay, clock("12:00"), self).People[0]; p.Minutes < 0 || p.Minutes > 4*7*24*60 {
		t.Error(p.Minutes)
	}
}

func TestMergedMembersAreOnePerson(t *testing.T) {
	list := facts(t, "9:00 in A, 9:30 out A")
	list[1].Fact.Member = "mem_other"
	kept := func(id string) string { return "mem_one" }
	if a := Compute(list, forumDay, clock("10:00"), kept); len(a.People) != 1 || say(a) != "09:00-09:30" {
		t.Error(say(a))
	}
}

// history invents facts of three people at three doors, some of them undone, some of those undone again.
func history(r *rand.Rand) []store.Scan {
	var list []store.Scan
	for i := range 1 + r.IntN(24) {
		f := store.ScanFact{
			Meeting: "mtg", Member: fmt.Sprintf("mem_%d", r.IntN(3)), Kind: []string{In, In, Out, Undo}[r.IntN(4)],
			At: clock("9:00").Add(time.Duration(r.IntN(60)) * time.Minute).UnixMilli(), Station: []string{"A", "B", "C", ""}[r.IntN(4)],
		}
		if f.Kind == Undo {
			f.Undoes, f.Station = fmt.Sprintf("scn_%d", r.IntN(24)), ""
		}
		list = append(list, store.Scan{ID: fmt.Sprintf("scn_%d", i), Fact: f})
	}
	return list
}

func TestOrderAndRepetitionOfFactsChangeNothing(t *testing.T) {
	for seed := range uint64(3000) {
		r := rand.New(rand.NewPCG(seed, 1))
		list := history(r)
		want := Compute(list, forumDay, clock("9:45"), self)
		other := append([]store.Scan{}, list...)
		for range r.IntN(6) {
			other = append(other, list[r.IntN(len(list))])
		}
		r.Shuffle(len(other), func(i, j int) { other[i], other[j] = other[j], other[i] })
		if got := Compute(other, forumDay, clock("9:45"), self); !reflect.DeepEqual(got, want) {
			t.Fatalf("seed %d: %v\n%v", seed, say(got), say(want))
		}
	}
}

func TestIntervalsAreApartAndInOrder(t *testing.T) {
	for seed := range uint64(3000) {
		r := rand.New(rand.NewPCG(seed, 2))
		for _, p := range Compute(history(r), forumDay, clock("18:00"), self).People {
			var last time.Time
			for i, each := range p.Intervals {
				if each.To.Before(each.From) || each.From.Before(last) || each.Open && i != len(p.Intervals)-1 {
					t.Fatalf("seed %d: %+v", seed, p)
				}
				last = each.To
			}
			if p.Present != (len(p.Intervals) > 0 && p.Intervals[len(p.Intervals)-1].Open) {
				t.Fatalf("seed %d: present %+v", seed, p)
			}
		}
	}
}

func TestUndoingAnUndoBringsBackWhatWas(t *testing.T) {
	for seed := range uint64(1000) {
		r := rand.New(rand.NewPCG(seed, 3))
		list := history(r)
		before := Compute(list, forumDay, clock("18:00"), self)
		again := append(list,
			store.Scan{ID: "scn_u1", Fact: store.ScanFact{Kind: Undo, Member: "mem_0", At: clock("11:00").UnixMilli(), Undoes: list[0].ID}},
			store.Scan{ID: "scn_u2", Fact: store.ScanFact{Kind: Undo, Member: "mem_0", At: clock("11:01").UnixMilli(), Undoes: "scn_u1"}})
		if after := Compute(again, forumDay, clock("18:00"), self); !reflect.DeepEqual(before.People, after.People) {
			t.Fatalf("seed %d: %s, was %s", seed, say(after), say(before))
		}
	}
}
