from fastapi import FastAPI

app = FastAPI(title="Items")


@app.get("/")
def root() -> dict:
    return {"status": "ok"}


@app.get("/items/{number}")
def item(number: int, q: str = "") -> dict:
    return {"number": number, "q": q}
