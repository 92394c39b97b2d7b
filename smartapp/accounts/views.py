"""The page behind a set-up link."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from smartapp.accounts import setup
from smartapp.accounts.forms import FirstAdministrator
from smartapp.ui.errors import show
from smartapp.ui.notices import Notice

SPENT = Notice(
    410,
    "This set-up link no longer works",
    "It was used already, is older than a day, or an administrator exists.",
    "Sign in, or have a new link printed on the server with: manage.py setup_link",
)


@require_http_methods(["GET", "POST"])
def first_administrator(request: HttpRequest, code: str) -> HttpResponse:
    if not setup.is_open(code):
        return show(request, SPENT)
    form = FirstAdministrator(request.POST or None)
    if form.is_valid():
        if not setup.make_first_administrator(code, form.save(commit=False)):
            return show(request, SPENT)
        return redirect("account_login")
    status = 422 if form.is_bound else 200
    return render(request, "accounts/setup.html", {"form": form}, status=status)
