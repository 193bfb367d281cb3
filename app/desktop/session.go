package desktop

import "example.org/carnet/app"

// Start opens the home when it can and says in which state it is.
func (s *Session) Start() (Start, error) { return s.d.start("") }

// Unlock opens a home that needs a passphrase.
func (s *Session) Unlock(passphrase string) (Start, error) { return s.d.start(passphrase) }

// SetPreference remembers a text of the window, as the language, the theme, a column's width.
func (s *Session) SetPreference(name, value string) error { return s.d.setPreference(name, value) }

// Rail gives counts and the sync state.
func (s *Session) Rail() (Rail, error) { return ask(s.d, s.d.rail) }

// Undo takes back this window's last edit.
func (s *Session) Undo() (Undone, error) { return ask(s.d, s.d.undoLast) }

// Find searches everything, for the palette.
func (s *Session) Find(text string) ([]Hit, error) {
	return ask(s.d, func(c *app.Carnet) ([]Hit, error) { return s.d.find(c, text) })
}

// Job gives the state of long work.
func (s *Session) Job(id string) (Job, error) { return s.d.jobs.get(id) }

// Cancel ends long work.
func (s *Session) Cancel(id string) error { return s.d.jobs.stop(id) }

// KeyPlace says where the key that seals this laptop's notebook rests.
func (s *Session) KeyPlace() (KeyPlace, error) { return ask(s.d, keyPlace) }

// SetPassphrase makes the notebook open with a passphrase, or, when it is empty, with the system's
// keychain again.
func (s *Session) SetPassphrase(passphrase string) (KeyPlace, error) {
	return ask(s.d, func(c *app.Carnet) (KeyPlace, error) {
		if err := c.Box.ChangePassphrase(passphrase); err != nil {
			return KeyPlace{}, err
		}
		return keyPlace(c)
	})
}

func keyPlace(c *app.Carnet) (KeyPlace, error) {
	return KeyPlace{Source: string(c.Box.Source())}, nil
}
