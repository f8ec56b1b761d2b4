#!/usr/bin/env python
"""A whole Django project in one file."""
import sys

from django.conf import settings
from django.core.management import execute_from_command_line
from django.http import HttpResponse
from django.urls import path

settings.configure(SECRET_KEY="development", ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], DEBUG=False)

urlpatterns = [path("", lambda request: HttpResponse("it runs"))]

if __name__ == "__main__":
    execute_from_command_line(sys.argv)
