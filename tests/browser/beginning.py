"""The first half of the story: purpose, volunteers, poll."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect
from sqlalchemy import select

from microcred.db import db, utcnow, writing
from microcred.volunteers.models import ANSWER_WAITS, Volunteer
from tests.browser.house import PHONE, House, press, read, titled

TIME_ZONE = ZoneInfo("America/Toronto")
CATALOGUE = Path(__file__).parents[2] / "microcred" / "demo" / "catalogue.json"
NORTH, SOUTH = "Heron Marsh School", "Point Clarion School"
PEOPLE = f"""name,e-mail,school,roles
Cora Whitefeather,cora@lakeshore.example,,coordinator
Pia Lindqvist,pia@lakeshore.example,{NORTH},principal
Pavel Novak,pavel@lakeshore.example,{SOUTH},principal
Amara Okafor,amara@lakeshore.example,{NORTH},teacher
Bruno Tremblay,bruno@lakeshore.example,{NORTH},teacher
Chloe Nguyen,chloe@lakeshore.example,{SOUTH},teacher
Rita Moreau,rita@lakeshore.example,,reviewer
Ravi Shah,ravi@lakeshore.example,,reviewer
Rosa Delgado,rosa@lakeshore.example,,reviewer
"""
AMARA, BRUNO, CHLOE, CORA = "Amara Okafor", "Bruno Tremblay", "Chloe Nguyen", "Cora Whitefeather"
PILOT = "Talk that makes thinking audible"
QUESTION = "Which skill would you take up this spring?"
WAITING, TICKETS = "Waiting for better answers", "Exit tickets that change tomorrow's lesson"
CLIP, MUG, TOTE = "Note clip", "Press mug", "Tote bag"


def administrator_signs_in(house: House, address: str, password: str) -> Page:
    """The administrator signs in with the password of the command line."""
    page = house.visit()
    page.goto("/")
    page.get_by_label("E-mail address").fill(address)
    page.get_by_label("Password").fill(password)
    press(page, "Sign in")
    titled(page, "Hello, Adam Price")
    return page


def schools_are_added(page: Page) -> None:
    """The administrator adds both schools."""
    for name in (NORTH, SOUTH):
        page.goto("/schools")
        page.get_by_label("Name of the school").fill(name)
        press(page, "Add")
        read(page, "Added.")
    expect(page.locator("tbody tr")).to_have_count(2)


def people_are_imported(page: Page) -> None:
    """A file with a mistake adds nobody and says on which line; the mended one adds everyone."""
    page.goto("/people/import")
    _choose_people(page, PEOPLE.replace("Pavel Novak,pavel@", "Pavel Novak,pavel"))
    expect(page.get_by_role("alert")).to_contain_text("Line 4")
    _choose_people(page, PEOPLE)
    read(page, "9 people added.")
    expect(page.locator("tbody tr")).to_have_count(10)


def _choose_people(page: Page, text: str) -> None:
    page.get_by_label("CSV file").set_input_files(
        {"name": "people.csv", "mimeType": "text/csv", "buffer": text.encode()}
    )
    press(page, "Import")


def welcome_link_is_made(page: Page, name: str) -> str:
    """The administrator makes a link with which somebody chooses a password; returns the link."""
    page.goto("/people")
    page.get_by_role("link", name=name).click()
    press(page, "Make a welcome link")
    read(page, "good once and for two weeks")
    return page.locator("#flash").inner_text().split()[-1]


def teacher_is_welcomed(house: House, link: str, name: str) -> None:
    """A teacher opens the link, refuses to think of a good password at first, and is in."""
    page = house.visit()
    page.goto(link)
    page.get_by_label("New password").fill("password")
    press(page, "Choose this password")
    expect(page.locator(".error")).to_be_visible()
    page.get_by_label("New password").fill("heron marsh in the fog")
    press(page, "Choose this password")
    titled(page, f"Hello, {name}")
    house.seats[name] = page


def catalogue_is_imported(cora: Page) -> None:
    """The coordinator imports the catalogue from its file."""
    cora.goto("/catalog/imports")
    cora.get_by_label("File").set_input_files(CATALOGUE)
    press(cora, "Import")
    expect(cora.get_by_role("heading", name="New: 17")).to_be_visible()
    cora.goto("/catalog")
    cora.get_by_role("link", name=WAITING).first.click()
    titled(cora, WAITING)


def pilot_is_created(cora: Page) -> None:
    """The coordinator writes down the purpose of a pilot with two places."""
    cora.goto("/")
    cora.get_by_role("main").get_by_role("link", name="Begin a pilot").click()
    today = datetime.now(TIME_ZONE).date()
    cora.get_by_label("Title").fill(PILOT)
    cora.get_by_label("Purpose").fill("Find out whether *one* practised skill changes who speaks in class.")
    cora.get_by_label("What would count as success").fill("Half of those who join earn the badge.")
    cora.get_by_label(NORTH).check()
    cora.get_by_label(SOUTH).check()
    cora.get_by_label("Places").fill("2")
    cora.get_by_label("Sign-up opens").fill(f"{today - timedelta(days=1)}T08:00")
    cora.get_by_label("First day").fill(str(today))
    cora.get_by_label("Last day").fill(str(today - timedelta(days=1)))
    cora.get_by_label("two").check()
    press(cora, "Save")
    expect(cora.locator("[aria-invalid=true]")).to_have_count(1)
    expect(cora.get_by_label("Title")).to_have_value(PILOT)
    cora.get_by_label("Last day").fill(str(today + timedelta(days=60)))
    press(cora, "Save")
    titled(cora, PILOT)


def giveaway_is_laid_in(cora: Page, name: str, rule: str, value: str, pieces: int) -> None:
    """The coordinator adds a giveaway, notes how many came in, sees whom it reaches and switches it on."""
    cora.goto("/giveaways")
    cora.get_by_role("link", name="Add a giveaway").click()
    cora.get_by_label("Name", exact=True).fill(name)
    cora.get_by_label("Value of one piece").fill(value)
    cora.get_by_label("Thanks whoever …").select_option(rule)
    press(cora, "Save")
    titled(cora, name)
    cora.get_by_label("Pieces").fill(str(pieces))
    press(cora, "Note it")
    expect(cora.get_by_role("heading", name=f"{pieces} pieces in stock")).to_be_visible()
    cora.get_by_role("link", name="Whom it reaches").click()
    cora.locator("summary", has_text="Switch it on").click()
    press(cora, "Yes: Switch it on")
    expect(cora.locator(".statuses")).to_contain_text("switched on")


def teacher_volunteers_in_french(house: House, name: str) -> None:
    """A teacher switches to French and volunteers."""
    page, french = house.seat(name), house.french
    press(page, "Français")
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    page.goto("/pilots/1/volunteering")
    page.get_by_label(french("Why you would like to take part, in one line")).fill("Pour que plus d’élèves parlent.")
    press(page.get_by_role("main"), french("Volunteer"))
    read(page, french("Thank you! Your principal will answer."))
    expect(page.get_by_role("main")).to_contain_text(french("Waiting for your principal’s answer"))


def teacher_volunteers(house: House, name: str) -> None:
    """A teacher follows the own next step and volunteers."""
    page = house.seat(name)
    page.goto("/")
    page.locator(".next-step").get_by_role("link").click()
    page.get_by_label("Why you would like to take part, in one line").fill("I talk too much in class.")
    press(page.get_by_role("main"), "Volunteer")
    read(page, "Thank you! Your principal will answer.")


def principal_approves(house: House, principal: str, teacher: str) -> None:
    """A principal sees who volunteered from the own school, and says yes."""
    page = house.seat(principal)
    page.goto("/pilots/1/applicants")
    applicant = page.locator("article", has_text=teacher)
    press(applicant, "Approve")
    expect(applicant.get_by_role("button", name="Approve")).to_have_count(0)


def answer_is_taken_back(house: House, principal: str, teacher: str) -> None:
    """A principal takes an answer back before it was told, and the teacher never learns of it."""
    page = house.seat(principal)
    press(page.locator("#flash"), "Undo")
    expect(page.locator("article", has_text=teacher).get_by_role("button", name="Approve")).to_be_visible()
    place_is_shown(house, teacher, "Waiting for your principal’s answer")


def minutes_pass(house: House) -> None:
    """Every answer was given so long ago that it is told by now."""
    with house.rows(), writing():
        for entry in db.session.scalars(select(Volunteer).where(Volunteer.answered_at.is_not(None))):
            entry.answered_at = (entry.answered_at or utcnow()) - ANSWER_WAITS


def place_is_shown(house: House, teacher: str, state: str) -> None:
    """A teacher sees whether a place was found."""
    page = house.seat(teacher)
    page.goto("/pilots/1/volunteering")
    expect(page.get_by_role("main")).to_contain_text(state)


def poll_is_opened(cora: Page) -> None:
    """The coordinator drafts a poll, looks at it as a voter, and opens it."""
    cora.goto("/pilots/1/polls/new")
    cora.get_by_label("Question", exact=True).fill(QUESTION)
    for title in (WAITING, TICKETS, "Number talks that bring out strategies", "Inclusive classrooms"):
        cora.get_by_role("checkbox", name=title, exact=True).check()
    cora.get_by_label("How many may each person choose?").fill("2")
    cora.get_by_label("How many do you want to offer?").fill("1")
    press(cora, "Save the draft")
    titled(cora, QUESTION)
    cora.get_by_role("link", name="See it as a voter").click()
    expect(cora.get_by_role("main")).to_contain_text("This is a preview")
    cora.go_back()
    cora.locator("summary", has_text="Open the poll").click()
    press(cora, "Yes: Open the poll")
    read(cora, "The poll is open.")


def teacher_votes(house: House, name: str, *titles: str) -> None:
    """A teacher casts a ballot and reads it back."""
    page = house.seat(name)
    page.goto("/polls/1")
    for title in titles:
        page.get_by_role("checkbox", name=title).check()
    press(page, "Cast my ballot")
    read(page, "Your ballot is in. Thank you for taking part!")
    for title in titles:
        expect(page.locator("#poll-1-receipt li", has_text=title)).to_be_visible()


def teacher_votes_in_french_on_a_phone(house: House, name: str, title: str) -> None:
    """A teacher votes on a phone, in the language chosen before; a third tick is refused."""
    page, french = house.seat(f"{name} ", PHONE, speaks=""), house.french
    page.goto("/polls/1")
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    boxes = page.locator("#choice").get_by_role("checkbox")
    for box in boxes.all()[:3]:
        box.check()
    expect(page.locator(".counter")).to_contain_text(french("%(over)s too many: please untick some", over=1))
    press(page, french("Cast my ballot"))
    expect(page.get_by_role("alert")).to_be_visible()
    for box in boxes.all()[:3]:
        box.uncheck()
    page.get_by_role("checkbox", name=title).check()
    press(page, french("Cast my ballot"))
    expect(page.locator("#poll-1-receipt")).to_contain_text(french("Your ballot is in"))
    expect(page.locator("#poll-1-receipt")).to_contain_text(title)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def poll_is_decided(cora: Page) -> None:
    """The coordinator closes the poll, reads the suggestion and decides by it."""
    cora.goto("/polls/1")
    expect(cora.locator("#poll-1-turnout")).to_contain_text("3")
    cora.locator("summary", has_text="Close before its time").click()
    press(cora, "Yes: Close before its time")
    read(cora, "The poll is closed and counted.")
    suggestion = cora.locator("#poll-1-suggestion")
    expect(suggestion).to_contain_text("Of 3 ballots, this set has something in it for 2:")
    expect(suggestion.locator("ol").first).to_contain_text(WAITING)
    cora.get_by_label("Why").fill("It needs nothing but patience, and two of three would take it.")
    press(cora, "Decide and tell everyone who voted")
    expect(cora.locator("#poll-1-decision")).to_contain_text("What we will offer")
    expect(cora.locator("#poll-1-decision li")).to_have_text([WAITING])


def voter_reads_the_decision(house: House, name: str) -> None:
    """A voter reads what was decided, and why; standings by school of so few are not shown."""
    page = house.seat(name)
    page.goto("/polls/1")
    expect(page.locator("#poll-1-decision")).to_contain_text("It needs nothing but patience")
