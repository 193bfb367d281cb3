package desktop

import (
	"strings"

	"example.org/carnet/app"
	"example.org/carnet/app/locale"
	"example.org/carnet/app/network"
	"example.org/carnet/store/directory"
	"example.org/carnet/store/fault"
	"example.org/carnet/sync/bucket"
)

// networkView gathers the Network screen.
func (d *Desktop) networkView(c *app.Carnet) (NetworkView, error) {
	about, err := c.Network.About()
	if err != nil {
		return NetworkView{}, err
	}
	v := NetworkView{
		Name: about.Name, ID: about.Network, MyDevice: about.Device, MyRole: about.Role, MyOffice: about.OfficeName,
		CanAdmin: about.Role == "admin" && about.State == "active", Remote: remoteView(c.Network.Remote()),
		Rounds: roundLines(d.words(), c.Network.LastRounds()), Quarantined: d.quarantinedRows(c),
	}
	if v.Offices, err = officeRows(c); err != nil {
		return NetworkView{}, err
	}
	if v.Laptops, err = d.laptopRows(c); err != nil {
		return NetworkView{}, err
	}
	v.Invitations, err = d.invitationRows(c)
	return v, err
}

func officeRows(c *app.Carnet) ([]OfficeRow, error) {
	offices, err := c.Network.Offices()
	if err != nil {
		return nil, err
	}
	rows := []OfficeRow{}
	cards := c.Store.WaitDirectory()
	for _, o := range offices {
		_, members := cards.Members(directory.Query{Office: o.ID, Limit: 1})
		rows = append(rows, OfficeRow{ID: o.ID, Name: o.Name, Laptops: o.Laptops, Members: members})
	}
	return rows, nil
}

func (d *Desktop) laptopRows(c *app.Carnet) ([]LaptopRow, error) {
	laptops, err := c.Network.Laptops()
	rows := []LaptopRow{}
	for _, l := range laptops {
		rows = append(rows, LaptopRow{
			Device: l.Device, Coordinator: l.Coordinator, Office: l.OfficeName, Role: l.Role, State: l.State,
			LastSeen: sayWhen(d.words(), l.LastSeen), Mine: l.Mine,
		})
	}
	return rows, err
}

func (d *Desktop) invitationRows(c *app.Carnet) ([]InvitationRow, error) {
	invitations, err := c.Network.Invitations()
	rows := []InvitationRow{}
	for _, i := range invitations {
		rows = append(rows, InvitationRow{
			ID: i.ID, Coordinator: i.Coordinator, Office: i.OfficeName, Role: i.Role, State: i.State,
			Expires: d.words().Date(i.Expires.Local(), locale.DayMonth),
		})
	}
	return rows, err
}

func (d *Desktop) quarantinedRows(c *app.Carnet) []QuarantinedRow {
	rows := []QuarantinedRow{}
	for _, q := range c.Network.Refused() {
		rows = append(rows, QuarantinedRow{
			Key: q.Key, Reason: d.words().Error(fault.New(q.Reason, "key", q.Key)).Text, When: sayWhen(d.words(), q.At),
		})
	}
	return rows
}

// roundLines tells the last rounds in plain language.
func roundLines(w *locale.Words, rounds []network.Round) []RoundLine {
	lines := []RoundLine{}
	for _, r := range rounds {
		line := RoundLine{When: sayWhen(w, r.At), Text: sayRound(w, r), Tone: "good"}
		switch {
		case r.Err != nil && network.Heals(r.Err), len(r.Report.Warnings) > 0:
			line.Tone = "wait"
		case r.Err != nil:
			line.Tone = "bad"
		}
		lines = append(lines, line)
	}
	return lines
}

func sayRound(w *locale.Words, r network.Round) string {
	if r.Err != nil {
		return w.Error(r.Err).Text
	}
	var parts []string
	if n := r.Report.Pushed.Changes; n > 0 {
		parts = append(parts, w.Count("network.round.sent", n, nil))
	}
	if n := r.Report.Pulled.Changes; n > 0 {
		parts = append(parts, w.Count("network.round.received", n, nil))
	}
	if n := len(r.Report.Admitted); n > 0 {
		parts = append(parts, w.Count("network.round.admitted", n, nil))
	}
	if len(r.Report.Warnings) > 0 {
		parts = append(parts, w.Say("network.round.clock", nil))
	}
	if len(parts) == 0 {
		return w.Say("network.round.nothing", nil)
	}
	return capital(strings.Join(parts, ", "))
}

// remoteView shows where the bucket is, and of its credentials only that there are some.
func remoteView(r network.Remote) RemoteView {
	v := RemoteView{Kind: "none", HasCredentials: r.CredentialsFrom != network.NoCredentials}
	if r.Kind == "" {
		return v
	}
	v.Kind, v.URL, v.Folder = r.Kind, r.String(), r.Path
	v.Endpoint, v.Bucket, v.Prefix, v.Region, v.Insecure = r.Endpoint, r.Bucket, r.Prefix, r.Region, r.Insecure
	return v
}

// remote reads the form. It goes through the same door as an address that is typed.
func (f RemoteFields) remote() (bucket.Remote, error) {
	switch f.Kind {
	case "none", "":
		return bucket.Remote{}, nil
	case bucket.Folder:
		return bucket.ParseRemote(f.Folder)
	}
	typed := bucket.Remote{
		Kind: bucket.S3, Bucket: strings.TrimSpace(f.Bucket), Prefix: strings.Trim(strings.TrimSpace(f.Prefix), "/"),
		Endpoint: strings.TrimSpace(f.Endpoint), Region: strings.TrimSpace(f.Region), Insecure: f.Insecure,
	}
	r, err := bucket.ParseRemote(typed.String())
	r.Credentials = bucket.Credentials{AccessKey: strings.TrimSpace(f.Access), SecretKey: strings.TrimSpace(f.Secret)}
	return r, err
}
