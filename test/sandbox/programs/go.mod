module kubeprom/sandbox

go 1.26.0
