package main

import (
	"fmt"
	"os/exec"
)

func main() {
	out, err := exec.Command("sh", "-c", "cat /etc/os-release").Output()
	fmt.Println(string(out), err)
}
