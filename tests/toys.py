"""A model that has every kind of field, and knows nothing of any subject."""

from datetime import date
from decimal import Decimal
from typing import NewType

from impact_metrics import (
    CaseId,
    Code,
    CodeSet,
    Event,
    Field,
    Model,
    Person,
    PersonId,
    constraint,
    exists,
    field,
    link,
    role,
)

BoxId = NewType("BoxId", str)


class Colour(Code):
    """Colours of toys."""

    RED = "red", "The colour of fire."
    GREEN = "green"
    BLUE = "blue"


class Shape(Code):
    """Shapes of toys."""

    ROUND = "round"
    SQUARE = "square"


WARM = CodeSet("warm colours", (Colour.RED,), source="everybody")


class Made(Event):
    """A toy is made."""

    maker: Field[PersonId] = role("the person who made it")
    helpers: Field[frozenset[PersonId]] = role("those who helped")
    case: Field[CaseId | None] = link("the order", default=None)
    boxes: Field[frozenset[BoxId] | None] = link("the boxes it went into", default=None)
    colours: Field[frozenset[Colour] | None] = field("its colours", default=None)
    shape: Field[Shape | None] = field("its shape", default=None)
    safe: Field[bool | None] = field("whether it is safe", default=None)
    due: Field[date | None] = field("when it was due", default=None)
    parts: Field[int | None] = field("how many parts it has", default=None)
    price: Field[Decimal | None] = field("its price", default=None)
    note: Field[str | None] = field("a remark", default=None)


class Sold(Event):
    """A toy is sold."""

    buyer: Field[PersonId | None] = role("the person who bought it", default=None)
    case: Field[CaseId] = link("the order")
    box: Field[BoxId] = link("the box it came in")
    colour: Field[Colour] = field("its main colour")
    gift: Field[bool] = field("whether it is a gift")
    pieces: Field[int] = field("how many were sold")


class Broken(Event):
    """A toy breaks."""

    witnesses: Field[frozenset[PersonId] | None] = role("those who saw it", default=None)
    case: Field[CaseId] = link("the order")


class Owner(Person):
    """Somebody who plays."""

    colour: Field[Colour | None] = field("the favourite colour", default=None)
    born_on: Field[date | None] = field("the date of birth", default=None)


TOYS = Model(name="toys", events=(Made, Sold, Broken), person=Owner)

STRICT_TOYS = Model(
    name="toys",
    events=(Made, Sold, Broken),
    constraints=(
        constraint(
            "sold_is_made",
            Sold,
            exists(
                Made,
                Made.case == Sold.case,
                Made.boxes.contains(Sold.box),
                Made.shape.in_({Shape.ROUND}),
                Made.colours.overlaps(WARM),
                Made.safe == True,  # noqa: E712 - builds a condition
                Made.occurred_on <= Sold.occurred_on,
            ),
            when=Sold.gift,
            because="what is given away was made, and safe",
        ),
        constraint("pieces_count", Sold, Sold.pieces > 0, because="nobody sells nothing"),
        constraint(
            "broken_was_sold",
            Broken,
            exists(Sold, Sold.case == Broken.case, Sold.occurred_on <= Broken.occurred_on),
            because="only what was sold breaks",
        ),
    ),
)
