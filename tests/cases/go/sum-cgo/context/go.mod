module example.org/ledger

go 1.16

require example.com/orm/lite v0.3.0
