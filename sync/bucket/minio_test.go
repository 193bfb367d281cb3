package bucket_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"example.org/carnet/build/devserver"
	"example.org/carnet/sync/bucket"
)

// startMinIO gives a remote in a real MinIO of its own.
func startMinIO(t *testing.T, environment ...string) bucket.Remote {
	t.Helper()
	endpoint, stop, err := devserver.StartMinIO(t.TempDir(), environment...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	core, err := minio.NewCore(endpoint, &minio.Options{Creds: credentials.NewStaticV4(devserver.AccessKey, devserver.SecretKey, ""), Region: "us-east-1"})
	if err != nil {
		t.Fatal(err)
	}
	if err := core.MakeBucket(context.Background(), bucketName, minio.MakeBucketOptions{}); err != nil {
		t.Fatal(err)
	}
	return remoteAt(t, endpoint)
}

func TestMinIOKeepsThePromiseOfABucket(t *testing.T) {
	inPrefixes(t, startMinIO(t))
}

func TestMinIOIsAddressedByHost(t *testing.T) {
	remote := startMinIO(t, "MINIO_DOMAIN="+outside)
	relay := startRelay(t, remote.Endpoint)
	remote.Endpoint, remote.Style, remote.Proxy = outside, bucket.HostStyle, relay.URL
	use(t, openRemote(t, remote))
	if asked := relay.all(); !strings.Contains(asked, "PUT "+bucketName+"."+outside) {
		t.Errorf("the service was asked as %s", asked)
	}
}

// borrowKeys gets temporary credentials from the service, bounded by a policy.
func borrowKeys(t *testing.T, remote bucket.Remote, policy string) bucket.Credentials {
	t.Helper()
	borrowed, err := credentials.NewSTSAssumeRole("http://"+remote.Endpoint, credentials.STSAssumeRoleOptions{
		AccessKey: devserver.AccessKey, SecretKey: devserver.SecretKey, Policy: policy, Location: "us-east-1", DurationSeconds: 900})
	if err != nil {
		t.Fatal(err)
	}
	keys, err := borrowed.GetWithContext(nil)
	if err != nil {
		t.Fatal(err)
	}
	return bucket.Credentials{AccessKey: keys.AccessKeyID, SecretKey: keys.SecretAccessKey, SessionToken: keys.SessionToken}
}

func TestTemporaryKeysEnterWithTheirToken(t *testing.T) {
	remote := startMinIO(t)
	remote.Credentials = borrowKeys(t, remote, "")
	if remote.Credentials.SessionToken == "" {
		t.Fatal("no token was given")
	}
	use(t, openRemote(t, remote))
	for name, token := range map[string]string{"without": "", "with a wrong": "guess"} {
		remote.Credentials.SessionToken = token
		_, err := openRemote(t, remote).List(context.Background(), "", "")
		if err == nil {
			t.Errorf("%s token it was let in", name)
			continue
		}
		wantFault(t, err, "bucket_refused")
	}
}

func policyText(t *testing.T, remote bucket.Remote, service string, admin bool) string {
	t.Helper()
	policy, err := bucket.PolicyOf(remote, service, admin, "")
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(policy)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestWithThePolicyForMinIOOneWritesAndReadsAndOnlyAnAdminDeletes(t *testing.T) {
	remote := startMinIO(t)
	ctx := context.Background()
	elsewhere := remote
	elsewhere.Prefix = "private"
	if err := openRemote(t, elsewhere).Put(ctx, "log/one", []byte("x")); err != nil {
		t.Fatal(err)
	}

	laptop := remote
	laptop.Credentials = borrowKeys(t, remote, policyText(t, remote, bucket.ForMinIO, false))
	b := openRemote(t, laptop)
	use(t, b)
	wantFault(t, b.Put(ctx, "log/one", []byte("other")), "object_exists")
	wantFault(t, b.Delete(ctx, "log/one"), "bucket_read_only")

	elsewhere.Credentials = laptop.Credentials
	outside := openRemote(t, elsewhere)
	if _, err := outside.List(ctx, "", ""); err == nil {
		t.Error("another prefix could be listed")
	}
	if _, err := outside.Get(ctx, "log/one", 10); err == nil {
		t.Error("another prefix could be read")
	}
	wantFault(t, outside.Put(ctx, "log/two", []byte("x")), "bucket_read_only")

	admin := remote
	admin.Credentials = borrowKeys(t, remote, policyText(t, remote, bucket.ForMinIO, true))
	c := openRemote(t, admin)
	use(t, c)
	if err := c.Delete(ctx, "log/one"); err != nil {
		t.Errorf("an admin could not delete: %v", err)
	}
	if _, err := b.Get(ctx, "log/one", 10); err == nil {
		t.Error("it is still there")
	}
}
