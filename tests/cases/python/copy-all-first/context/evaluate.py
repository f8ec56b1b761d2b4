import sys
from pathlib import Path

from lark import Lark, Transformer, v_args


@v_args(inline=True)
class Evaluate(Transformer):
    from operator import add, mul, sub

    number = int


grammar = (Path(__file__).parent / "grammar.lark").read_text()
print(Lark(grammar, parser="lalr", transformer=Evaluate()).parse(sys.argv[1]))
