package bucket

import (
	"net"
	"net/url"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"

	"example.org/carnet/store/fault"
)

// Kinds of remotes.
const (
	Folder = "folder"
	S3     = "s3"
	LAN    = "lan"
)

const (
	defaultEndpoint = "s3.amazonaws.com"
	defaultRegion   = "us-east-1" // what self-hosted services answer to as well
	LANPort         = "7411"      // where a laptop lends its folder, unless said otherwise
)

// Styles of addressing a bucket: HOST/BUCKET, and BUCKET.HOST as AWS prefers.
const (
	PathStyle = "path"
	HostStyle = "host"
)

// Remote says where a bucket is and how to enter it.
type Remote struct {
	Kind     string
	Path     string // of a folder, in this system's notation
	Bucket   string
	Prefix   string // of every key in an S3 bucket, without slashes at its ends
	Endpoint string // HOST or HOST:PORT of a service or of a laptop that lends its folder
	Region   string
	Insecure bool   // plain HTTP, for development and closed networks
	Style    string // how a bucket is addressed: path, host, or empty for what fits the endpoint

	// What only this laptop knows; see Shared.
	CA      string // file of authorities to trust besides the system's
	Proxy   string // URL of an HTTP proxy; empty means that of the environment
	Profile string // name of a profile in the files of AWS's own tools

	Credentials Credentials
}

// Credentials enter an S3 bucket. They travel only inside sealed files and never print.
type Credentials struct {
	AccessKey    string `cbor:"0,keyasint" json:"-"`
	SecretKey    string `cbor:"1,keyasint" json:"-"`
	SessionToken string `cbor:"2,keyasint,omitempty" json:"-"`
}

// String hides the credentials from logs and errors.
func (Credentials) String() string { return "(credentials)" }

// GoString hides them from %#v too.
func (Credentials) GoString() string { return "(credentials)" }

var (
	driveLetter = regexp.MustCompile(`^/?[A-Za-z]:[/\\]`)
	bucketName  = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)
	regionName  = regexp.MustCompile(`^[a-z0-9-]{1,40}$`)
	profileName = regexp.MustCompile(`^[A-Za-z0-9_.@-]([A-Za-z0-9_.@ -]{0,62}[A-Za-z0-9_.@-])?$`)
)

// ParseRemote reads an address as people write it: s3://BUCKET/PREFIX?endpoint=HOST:PORT&insecure=1&region=R
// with style=path|host, ca=FILE, proxy=URL and profile=NAME where they are needed, file:///FOLDER, lan://HOST:PORT, or the absolute path of a folder. Credentials have no place in it. Faults:
// bad_remote, remote_has_secret.
func ParseRemote(address string) (Remote, error) {
	address = strings.TrimSpace(address)
	scheme, rest, _ := strings.Cut(address, "://")
	switch {
	case strings.ContainsFunc(address, isControl):
		return Remote{}, fault.New("bad_remote", "remote", strings.Map(dropControl, address))
	case strings.EqualFold(scheme, "file"):
		return parseFolder(address, rest)
	case strings.EqualFold(scheme, "s3"):
		return parseS3(address)
	case strings.EqualFold(scheme, "lan"):
		return parseLAN(rest)
	case filepath.IsAbs(address):
		return Remote{Kind: Folder, Path: filepath.Clean(address)}, nil
	}
	return Remote{}, fault.New("bad_remote", "remote", withoutSecret(address))
}

// parseFolder takes what stands after "file://". It is no query and has no fragment, since folders
// may well have "?" and "#" in their names.
func parseFolder(address, rest string) (Remote, error) {
	path, err := url.PathUnescape(rest)
	if err != nil {
		return Remote{}, fault.New("bad_remote", "remote", address).Because(err)
	}
	path = strings.TrimPrefix(path, "localhost")
	switch {
	case driveLetter.MatchString(path):
		path = strings.TrimPrefix(strings.ReplaceAll(path, `\`, "/"), "/")
	case strings.HasPrefix(path, "/"):
	case runtime.GOOS == "windows" && path != "":
		path = "//" + path // file://SERVER/SHARE is a folder of another machine
	default:
		return Remote{}, fault.New("bad_remote", "remote", address)
	}
	return Remote{Kind: Folder, Path: filepath.Clean(filepath.FromSlash(path))}, nil
}

// parseLAN takes HOST, HOST:PORT and [IPV6]:PORT.
func parseLAN(rest string) (Remote, error) {
	rest = strings.TrimSuffix(rest, "/")
	host, port, err := net.SplitHostPort(rest)
	if err != nil {
		host, port = strings.Trim(rest, "[]"), LANPort
	}
	number, err := strconv.ParseUint(port, 10, 16)
	address := net.JoinHostPort(host, port)
	if err != nil || number == 0 || strconv.FormatUint(number, 10) != port || !lanHost(host) {
		return Remote{}, badLAN(withoutSecret("lan://" + rest)[len("lan://"):])
	}
	return Remote{Kind: LAN, Endpoint: address}, nil
}

var (
	hostName = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?\.?$`)
	zoneName = regexp.MustCompile(`^[A-Za-z0-9._-]{1,30}$`)
)

// lanHost takes names and addresses; one of a single link needs its interface, as fe80::1%eth0.
func lanHost(host string) bool {
	address, zone, zoned := strings.Cut(host, "%")
	if zoned && !zoneName.MatchString(zone) {
		return false
	}
	if strings.Contains(host, ":") {
		return net.ParseIP(address) != nil
	}
	return !zoned && hostName.MatchString(host)
}

func parseS3(address string) (Remote, error) {
	bad := fault.New("bad_remote", "remote", withoutSecret(address))
	u, err := url.Parse(address)
	if err != nil {
		return Remote{}, bad // the cause would repeat the address, with whatever stands in it
	}
	if u.User != nil {
		return Remote{}, fault.New("remote_has_secret")
	}
	r := Remote{Kind: S3, Bucket: u.Host, Prefix: strings.Trim(u.Path, "/"), Endpoint: defaultEndpoint, Region: defaultRegion}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return Remote{}, bad
	}
	for name, values := range query {
		if len(values) != 1 || !r.set(name, values[0]) {
			return Remote{}, bad
		}
	}
	if !bucketName.MatchString(r.Bucket) || u.Fragment != "" || (r.Prefix != "" && checkKey(r.Prefix) != nil) {
		return Remote{}, bad
	}
	return r, nil
}

// set takes one parameter of an s3 address.
func (r *Remote) set(name, value string) bool {
	switch name {
	case "endpoint":
		r.Endpoint = value
		return isHost(value)
	case "region":
		r.Region = value
		return regionName.MatchString(value)
	case "insecure":
		r.Insecure = value == "1" || value == "true"
		return r.Insecure || value == "0" || value == "false"
	case "style":
		r.Style = value
		return value == PathStyle || value == HostStyle
	case "ca":
		r.CA = value
		return filepath.IsAbs(value)
	case "proxy":
		r.Proxy = value
		return isProxy(value)
	case "profile":
		r.Profile = value
		return profileName.MatchString(value)
	}
	return false
}

// String is the address that ParseRemote reads, without credentials.
func (r Remote) String() string {
	if r.Kind == Folder {
		return folderAddress(filepath.ToSlash(r.Path))
	}
	if r.Kind == LAN {
		return "lan://" + r.Endpoint
	}
	query := url.Values{}
	if r.Endpoint != "" && r.Endpoint != defaultEndpoint {
		query.Set("endpoint", r.Endpoint)
	}
	if r.Region != "" && r.Region != defaultRegion {
		query.Set("region", r.Region)
	}
	if r.Insecure {
		query.Set("insecure", "1")
	}
	for name, value := range map[string]string{"style": r.Style, "ca": r.CA, "proxy": r.Proxy, "profile": r.Profile} {
		if value != "" {
			query.Set(name, value)
		}
	}
	u := url.URL{Scheme: "s3", Host: r.Bucket, Path: r.Prefix, RawQuery: query.Encode()}
	return u.String()
}

// Shared is the remote as another laptop may be told of it: without this laptop's files and proxy. What
// comes from others must not choose among this laptop's credentials either.
func (r Remote) Shared() Remote {
	r.CA, r.Proxy, r.Profile = "", "", ""
	return r
}

// isProxy takes SCHEME://HOST:PORT and nothing more; a password for it belongs in the environment.
func isProxy(s string) bool {
	scheme, host, _ := strings.Cut(s, "://")
	return (scheme == "http" || scheme == "https" || scheme == "socks5") && isHost(host)
}

// folderAddress writes /FOLDER, C:/FOLDER and //SERVER/SHARE as addresses.
func folderAddress(path string) string {
	switch {
	case strings.HasPrefix(path, "//"):
		path = path[2:]
	case !strings.HasPrefix(path, "/"):
		path = "/" + path
	}
	return "file://" + (&url.URL{Path: path}).EscapedPath()
}

// isHost takes HOST, HOST:PORT and [IPV6]:PORT.
func isHost(s string) bool {
	host, port, err := net.SplitHostPort(s)
	if err != nil {
		host, port = s, "443"
	}
	u, err := url.Parse("//" + s)
	return err == nil && u.Host == s && u.User == nil && host != "" && port != ""
}

// withoutSecret cuts what stands before an @, where people put passwords.
func withoutSecret(address string) string {
	scheme, rest, ok := strings.Cut(address, "://")
	if at := strings.LastIndexByte(rest, '@'); ok && at >= 0 {
		return scheme + "://…@" + rest[at+1:]
	}
	return address
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }

func dropControl(r rune) rune {
	if isControl(r) {
		return -1
	}
	return r
}
