package command_test

import (
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

// asPhone asks a door on this machine for something and prints the answer; what is no 200 goes to standard error.
func asPhone(args []string) int {
	path, body, method := args[1], strings.ReplaceAll(args[2:][0], "NOW", strconv.FormatInt(time.Now().UnixMilli(), 10)), http.MethodPost
	if path == "get" {
		path, body, method = body, "", http.MethodGet
	}
	r, err := http.NewRequest(method, "https://127.0.0.1:"+args[0]+path, strings.NewReader(body))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+os.Getenv("TOKEN"))
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}, Timeout: 10 * time.Second}
	answer, err := client.Do(r)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = answer.Body.Close() }()
	text, _ := io.ReadAll(answer.Body)
	if answer.StatusCode != http.StatusOK {
		fmt.Fprintln(os.Stderr, answer.Status)
		return 1
	}
	fmt.Println(string(text))
	return 0
}
