package main

import (
	"log"
	"net/http"
	"os"
)

func main() {
	schema, err := os.ReadFile("/tmp/schema")
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { w.Write(schema) })
	log.Fatal(http.ListenAndServe(":"+os.Getenv("PORT"), nil))
}
