from celery import Celery

app = Celery("tasks")
app.config_from_object("celeryconfig")


@app.task
def double(number):
    return 2 * number
