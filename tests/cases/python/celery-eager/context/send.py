from tasks import add

add.delay(20, 22)
