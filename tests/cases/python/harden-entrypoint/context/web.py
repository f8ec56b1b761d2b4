import bottle

app = bottle.Bottle()


@app.get("/")
def index():
    return "open"


@app.get("/name")
def name():
    with open("/data/name") as file:
        return file.read()
