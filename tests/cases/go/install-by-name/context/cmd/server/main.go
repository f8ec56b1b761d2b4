package main

import (
	"cmp"
	"log"
	"net/http"
	"os"

	"example.org/accounts/internal/health"
)

func main() {
	http.Handle("GET /healthz", health.Handler())
	log.Fatal(http.ListenAndServe(":"+cmp.Or(os.Getenv("PORT"), "9000"), nil))
}
