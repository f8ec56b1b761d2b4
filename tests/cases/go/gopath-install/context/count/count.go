// Package count counts.
package count

import "strings"

// Words tells how many words a text has.
func Words(text string) int { return len(strings.Fields(text)) }
