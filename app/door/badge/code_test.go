package badge

import (
	"strings"
	"testing"
)

const marie = "mem_abcdefghijklmnop"

func TestACodeIsReadBackAtItsMeetingAlone(t *testing.T) {
	now, old := Key{1}, Key{2}
	code, err := Seal(now, "mtg_forum", marie)
	if err != nil || len(code) != codeLength || strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") != "" {
		t.Fatal(code, err)
	}
	if again, _ := Seal(now, "mtg_forum", marie); again != code {
		t.Error("a reprint is another code")
	}
	for _, typed := range []string{code, strings.ToLower(code), " " + code + "\r\n"} {
		if member, ok := Open([]Key{now}, "mtg_forum", typed); !ok || member != marie {
			t.Error(typed, member, ok)
		}
	}
	if member, ok := Open([]Key{old, now}, "mtg_forum", code); !ok || member != marie {
		t.Error("after the network's key changed:", member, ok)
	}
	if _, ok := Open([]Key{now}, "mtg_other", code); ok {
		t.Error("it is read at another meeting")
	}
	if _, ok := Open([]Key{old}, "mtg_forum", code); ok {
		t.Error("it is read in another network")
	}
}

func TestACodeTellsNothingOfTheMember(t *testing.T) {
	one, _ := Seal(Key{1}, "mtg_forum", marie)
	other, _ := Seal(Key{1}, "mtg_other", marie)
	next, _ := Seal(Key{1}, "mtg_forum", "mem_abcdefghijklmnoq")
	for _, code := range []string{other, next} {
		same := 0
		for i := len(Mark); i < len(code); i++ {
			if code[i] == one[i] {
				same++
			}
		}
		if same > 8 {
			t.Error(one, code)
		}
	}
	if strings.Contains(strings.ToLower(one), marie[4:]) {
		t.Error(one)
	}
}

func TestOneWrongLetterIsNoCode(t *testing.T) {
	code, _ := Seal(Key{1}, "mtg_forum", marie)
	for i := range code {
		for _, letter := range "ABXZ27" {
			wrong := code[:i] + string(letter) + code[i+1:]
			if member, ok := Open([]Key{{1}}, "mtg_forum", wrong); ok && wrong != code {
				t.Error(i, wrong, member)
			}
		}
	}
	for _, wrong := range []string{"", Mark, code[:len(code)-1], code + "A", "X" + code[1:], strings.Repeat("A", codeLength), Mark + strings.Repeat("1", 26)} {
		if Is(wrong) {
			t.Error(wrong)
		}
	}
}

func TestOnlyIDsThatCarnetMakesGetACode(t *testing.T) {
	for _, id := range []string{"", "mem_", "mem_elise", "mtg_abcdefghijklmnop", "mem_ABCDEFGHIJKLMNOP", marie + "a", "mem_abcdefghijklmno1"} {
		if code, err := Seal(Key{1}, "mtg_forum", id); err == nil {
			t.Error(id, code)
		}
	}
}

func FuzzOpen(f *testing.F) {
	code, _ := Seal(Key{1}, "mtg_forum", marie)
	for _, seed := range []string{code, strings.ToLower(code), Mark, code + "=", "\ufeff" + code, Mark + strings.Repeat("ı", 13), ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		member, ok := Open([]Key{{1}, {2}}, "mtg_forum", text)
		if ok && !Is(text) {
			t.Fatal("read, though it has not the form", text)
		}
		if !ok {
			return
		}
		for _, key := range []Key{{1}, {2}} {
			if again, err := Seal(key, "mtg_forum", member); err == nil && strings.EqualFold(again, strings.TrimSpace(text)) {
				return
			}
		}
		t.Fatal("read, though no key writes it", text, member)
	})
}
