package geometry

import "testing"

func TestParse(t *testing.T) {
	got, err := Parse("2x3")
	if err != nil || got != (Size{2, 3}) {
		t.Fatalf("Parse = %v, %v", got, err)
	}
}
