package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "on Ubuntu") })
	log.Fatal(http.ListenAndServe(":"+os.Getenv("PORT"), nil))
}
