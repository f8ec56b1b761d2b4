// Command notes keeps lines of text in a file.
package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"sync"
)

type store struct {
	mu   sync.Mutex
	path string
}

func (s *store) add(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	file, err := os.OpenFile(s.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	defer file.Close()
	fmt.Fprintln(file, r.FormValue("note"))
	w.WriteHeader(http.StatusCreated)
}

func (s *store) list(w http.ResponseWriter, r *http.Request) {
	http.ServeFile(w, r, s.path)
}

func main() {
	s := &store{path: filepath.Join(os.Getenv("NOTES_DIR"), "notes.txt")}
	http.HandleFunc("/add", s.add)
	http.HandleFunc("/list", s.list)
	log.Fatal(http.ListenAndServe(":18006", nil))
}
