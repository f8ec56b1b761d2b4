// Command playground runs the Go programs that are sent to it.
package main

import (
	"io"
	"log"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
)

func run(w http.ResponseWriter, r *http.Request) {
	dir, err := os.MkdirTemp("", "play")
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	defer os.RemoveAll(dir)
	source, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 64<<10))
	if err != nil {
		http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
		return
	}
	name := filepath.Join(dir, "main.go")
	if err := os.WriteFile(name, source, 0o600); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	out, _ := exec.CommandContext(r.Context(), "go", "run", name).CombinedOutput()
	w.Write(out)
}

func main() {
	http.HandleFunc("POST /run", run)
	log.Fatal(http.ListenAndServe(":8080", nil))
}
