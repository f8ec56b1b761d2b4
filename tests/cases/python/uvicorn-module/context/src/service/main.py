from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from service.store import ITEMS


async def index(request):
    return JSONResponse({"items": len(ITEMS)})


async def item(request):
    number = request.path_params["number"]
    if number not in ITEMS:
        return JSONResponse({"detail": "no such item"}, status_code=404)
    return JSONResponse({"number": number, "name": ITEMS[number]})


app = Starlette(routes=[Route("/", index), Route("/items/{number:int}", item)])
