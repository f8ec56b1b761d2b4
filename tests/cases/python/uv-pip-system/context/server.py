from fastapi import FastAPI
from markupsafe import escape

app = FastAPI()


@app.get("/")
def root() -> dict:
    return {"hello": "world"}


@app.get("/escape")
def escaped(q: str) -> dict:
    return {"q": str(escape(q))}
