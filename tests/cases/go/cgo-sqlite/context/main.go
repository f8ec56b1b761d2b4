// Command tally counts the letters of its arguments with SQL.
package main

import (
	"database/sql"
	"fmt"
	"log"
	"os"

	_ "github.com/mattn/go-sqlite3"
)

func main() {
	db, err := sql.Open("sqlite3", ":memory:")
	if err != nil {
		log.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("CREATE TABLE words (word TEXT NOT NULL)"); err != nil {
		log.Fatal(err)
	}
	for _, word := range os.Args[1:] {
		if _, err := db.Exec("INSERT INTO words VALUES (?)", word); err != nil {
			log.Fatal(err)
		}
	}
	var letters int
	if err := db.QueryRow("SELECT coalesce(sum(length(word)), 0) FROM words").Scan(&letters); err != nil {
		log.Fatal(err)
	}
	fmt.Println(letters)
}
