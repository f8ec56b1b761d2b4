package main

import (
	"database/sql"
	"fmt"
	"log"

	_ "github.com/mattn/go-sqlite3"
)

func main() {
	db, err := sql.Open("sqlite3", ":memory:")
	if err != nil {
		log.Fatal(err)
	}
	defer db.Close()
	var sum int
	if err := db.QueryRow("SELECT 40 + 2").Scan(&sum); err != nil {
		log.Fatal(err)
	}
	fmt.Println(sum)
}
