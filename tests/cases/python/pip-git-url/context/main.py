import bridges
import streets

print(bridges, streets)
