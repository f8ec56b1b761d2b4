// Package geometry reads image sizes.
package geometry

import "fmt"

// Size is a size in pixels.
type Size struct{ Width, Height int }

// Parse reads a size such as 640x480.
func Parse(text string) (Size, error) {
	var s Size
	if _, err := fmt.Sscanf(text, "%dx%d", &s.Width, &s.Height); err != nil {
		return Size{}, fmt.Errorf("size %q: %w", text, err)
	}
	return s, nil
}
