// Command mirror makes an empty bare repository and says what it made.
package main

import (
	"fmt"
	"log"
	"os"
	"os/exec"
	"strings"
)

func git(dir string, args ...string) string {
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		log.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

func main() {
	dir, err := os.MkdirTemp("", "mirror")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	git(dir, "init", "--quiet", "--bare")
	fmt.Println("bare:", git(dir, "rev-parse", "--is-bare-repository"))
}
