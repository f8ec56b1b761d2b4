import os

from celery import Celery

app = Celery("tasks", broker="sqla+sqlite:///broker.sqlite")
app.conf.broker_connection_retry_on_startup = True


@app.task
def add(first, second):
    print("sum:", first + second, flush=True)
    os._exit(0)
