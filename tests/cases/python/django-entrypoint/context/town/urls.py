from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.urls import path


def home(request):
    return HttpResponse(f"{Session.objects.count()} visitors")


urlpatterns = [path("", home)]
