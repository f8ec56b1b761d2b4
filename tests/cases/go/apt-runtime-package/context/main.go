package main

import (
	"log"
	"os"
	"os/exec"
)

func main() {
	tool, err := exec.LookPath("ffmpeg")
	if err != nil {
		log.Fatal(err)
	}
	cmd := exec.Command(tool, "-y", "-i", "in.mp4", "-frames:v", "1", "out.jpg")
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		log.Fatal(err)
	}
}
