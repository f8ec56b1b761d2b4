module example.org/mirrorword

go 1.25
