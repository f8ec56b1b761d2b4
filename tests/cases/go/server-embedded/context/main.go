package main

import (
	"embed"
	"html/template"
	"log"
	"net/http"
)

//go:embed templates
var templates embed.FS

//go:embed assets/*
var assets embed.FS

func main() {
	index := template.Must(template.ParseFS(templates, "templates/*.html"))
	http.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		if err := index.ExecuteTemplate(w, "index.html", []string{"milk", "eggs"}); err != nil {
			log.Print(err)
		}
	})
	http.Handle("GET /assets/", http.FileServerFS(assets))
	log.Fatal(http.ListenAndServe(":18001", nil))
}
