from importlib.resources import files

import click


@click.command()
@click.option("--times", default=1)
@click.argument("name")
def main(times, name):
    text = files("greeter").joinpath("greeting.txt").read_text().strip()
    for _ in range(times):
        click.echo(text.format(name=name))
