package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
)

func main() {
	config, err := os.ReadFile("config/default.json")
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("/config", func(w http.ResponseWriter, r *http.Request) { w.Write(config) })
	http.HandleFunc("/{$}", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "settings") })
	port := os.Getenv("HTTP_PORT")
	if port == "" {
		port = "3000"
	}
	log.Fatal(http.ListenAndServe(":"+port, nil))
}
