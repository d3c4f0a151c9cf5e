"""Pages of the budget lines from which giveaways are bought."""

from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from microcred.accounts.models import Account
from microcred.db import db
from microcred.paging import page_of
from microcred.permissions import may_run_giveaways, may_see_budget
from microcred.recognition import budgets, recognition, shelves
from microcred.recognition.stock_forms import BudgetForm
from microcred.recognition.stock_models import Budget
from microcred.web import Answer, Form, attempt, get, me, post


@get(recognition, "/budgets", may=may_run_giveaways)
def list_budgets() -> str:
    """Every budget line: its holder, its days, what is spent and what remains."""
    return render_template("recognition/budgets.html", budgets=budgets.budgets())


@get(recognition, "/budgets/new", may=may_run_giveaways)
def new_budget() -> str:
    """The form of a new budget line."""
    return render_template("recognition/edit_budget.html", form=_form(), budget=None)


def _form(budget: Budget | None = None) -> BudgetForm:
    named = ("name", "amount_cents", "starts_on", "ends_on")
    kept: dict[str, Any] = {name: getattr(budget, name) for name in named} if budget else {}
    form = BudgetForm(data=kept | {"holder": budget.holder_id} if budget else {})
    return form.offer_holders(budgets.possible_holders())


@post(recognition, "/budgets", may=may_run_giveaways)
def add_budget() -> Response:
    """Add a budget line."""
    form = _form()
    answer = Answer(
        to=_url,
        said=_("The budget is added. Deliveries can name it now."),
        page="recognition/edit_budget.html",
        context=lambda: {"form": form, "budget": None},
    )
    return attempt(form, lambda: budgets.add_budget(**_described(form), by=me()), answer)


def _described(form: BudgetForm) -> dict[str, Any]:
    holder = db.session.get(Account, form.holder.data) if form.holder.data else None
    typed = {"name": form.name.data, "amount_cents": form.amount_cents.data}
    return typed | {"starts_on": form.starts_on.data, "ends_on": form.ends_on.data, "holder": holder}


def _url(budget: Budget) -> str:
    return url_for("recognition.show_budget", budget_id=budget.id)


@get(recognition, "/budgets/<int:budget_id>", may=may_see_budget, load=budgets.visible_budget)
def show_budget(budget: Budget) -> str:
    """A budget line, and what was bought from it."""
    page = page_of(budgets.bought(budget), request.args.get("page"), _url(budget))
    giveaways = {each.id: each for each in budgets.giveaways_in(page.rows)}
    deliveries = shelves.deliveries_of(page.rows)
    return render_template(
        "recognition/budget.html", budget=budget, page=page, giveaways=giveaways, deliveries=deliveries
    )


@get(recognition, "/budgets/<int:budget_id>/edit", may=may_run_giveaways, load=budgets.visible_budget)
def edit_budget(budget: Budget) -> str:
    """The form of a budget line that is there."""
    return render_template("recognition/edit_budget.html", form=_form(budget), budget=budget)


@post(recognition, "/budgets/<int:budget_id>", may=may_run_giveaways, load=budgets.visible_budget)
def change_budget(budget: Budget) -> Response:
    """Change a budget line."""
    form = _form(budget)
    answer = Answer(
        to=_url(budget),
        said=_("Saved."),
        page="recognition/edit_budget.html",
        context=lambda: {"form": form, "budget": budget},
    )
    return attempt(form, lambda: budgets.change_budget(budget, **_described(form), by=me()), answer)


@post(recognition, "/budgets/<int:budget_id>/archivings", may=may_run_giveaways, load=budgets.visible_budget)
def archive_budget(budget: Budget) -> Response:
    """Spend nothing from a budget any more."""
    undo = url_for("recognition.restore_budget", budget_id=budget.id)
    answer = Answer(to=_url(budget), said=_("The budget is archived."), undo=undo)
    return attempt(Form(), lambda: budgets.archive_budget(budget, by=me()), answer)


@post(recognition, "/budgets/<int:budget_id>/restorations", may=may_run_giveaways, load=budgets.visible_budget)
def restore_budget(budget: Budget) -> Response:
    """Let a budget be spent again."""
    answer = Answer(to=_url(budget), said=_("The budget can be spent again."))
    return attempt(Form(), lambda: budgets.restore_budget(budget, by=me()), answer)
