// Package upper raises its voice.
package upper

import "strings"

// Words joins words in capitals.
func Words(words []string) string {
	return strings.ToUpper(strings.Join(words, " "))
}
