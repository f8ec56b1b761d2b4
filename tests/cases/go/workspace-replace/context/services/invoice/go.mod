module example.org/invoice

go 1.25

require example.org/money v0.0.0

replace example.org/money => ../../libs/money
