package main

import (
	"os"
	"os/exec"
)

func main() {
	cmd := exec.Command("git", "log", "--oneline", "-5")
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if cmd.Run() != nil {
		os.Exit(1)
	}
}
