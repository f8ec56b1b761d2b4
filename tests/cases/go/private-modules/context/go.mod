module example.org/billing

go 1.24

require git.example.org/lib/money v1.2.0
