// Package phrases holds polite words.
package phrases

// Morning is said before noon.
const Morning = "Good morning"
