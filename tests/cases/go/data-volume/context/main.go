// Command notes keeps texts in files, one a name.
package main

import (
	"log"
	"net/http"
	"os"
	"path/filepath"
)

func main() {
	dir := os.Getenv("NOTES_DIR")
	http.HandleFunc("/save/{name}", func(w http.ResponseWriter, r *http.Request) {
		path := filepath.Join(dir, filepath.Base(r.PathValue("name")))
		if err := os.WriteFile(path, []byte(r.FormValue("text")+"\n"), 0o644); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.WriteHeader(http.StatusCreated)
	})
	http.HandleFunc("/read/{name}", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFile(w, r, filepath.Join(dir, filepath.Base(r.PathValue("name"))))
	})
	log.Fatal(http.ListenAndServe(":18006", nil))
}
