import importlib.util
import sys

import bottle
import msgpack

packed = msgpack.packb({"tea": 3, "salt": [1, 2]})
print("bytes:", packed.hex())
print(bottle.template("{{n}} items in {{where}}", n=len(msgpack.unpackb(packed)), where="the basket"))
print("development packages:", importlib.util.find_spec("iniconfig") is not None)
print("prefix is the environment's:", sys.prefix != sys.base_prefix or "bottle" in sys.modules)
