module example.org/thumbs

go 1.24
