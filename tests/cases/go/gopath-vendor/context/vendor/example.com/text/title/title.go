// Package title sets titles.
package title

import "strings"

// Of gives a text the form of a title.
func Of(text string) string { return strings.ToUpper(text[:1]) + text[1:] }
