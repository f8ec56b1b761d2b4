// Package logger writes to a file.
package logger

import (
	"log"
	"os"
)

// New opens the log.
func New() *log.Logger {
	path := "platform/logger/audit.log"
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		log.Fatal(err)
	}
	return log.New(file, "", 0)
}
