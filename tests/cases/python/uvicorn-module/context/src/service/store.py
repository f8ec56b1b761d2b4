ITEMS = {number: f"item {number}" for number in range(10)}
